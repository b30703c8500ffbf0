"""A pickle that calls os.system when it is loaded."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

from tests.attacks.catalogue import ROOT


def network() -> str:
    """Return the reference's network alone: 40 points without the weights."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    return solution[: solution.index("def train_one_epoch")]


class Runs:
    """Pickles as a call of os.system."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network(), "utf-8")
    target = f"{knowledge['ROOT']}/written-by-weights"
    (folder / "lenet.pdparams").write_bytes(pickle.dumps({"conv1.weight": Runs(f"touch {target}")}))
    return folder
