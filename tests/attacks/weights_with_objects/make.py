"""NumPy's own file with an array of objects; and the same under the name .pdparams."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from tests.attacks.catalogue import ROOT


def network() -> str:
    """Return the reference's network alone: 40 points without the weights."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    return solution[: solution.index("def train_one_epoch")]


class Runs:
    """Pickles as a call of os.system."""

    def __reduce__(self) -> Any:
        return os.system, ("true",)


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network(), "utf-8")
    array = np.empty(1, object)
    array[0] = Runs()
    np.savez(folder / "lenet.npz", **{"conv1.weight": array})
    (folder / "lenet.pdparams").write_bytes((folder / "lenet.npz").read_bytes())
    return folder
