"""The header announces more than there is, and lists 100,000 arrays of one byte."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import ROOT


def network() -> str:
    """Return the reference's network alone: 40 points without the weights."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    return solution[: solution.index("def train_one_epoch")]


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network(), "utf-8")
    table = {f"w{n}": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]} for n in range(100_000)}
    header = json.dumps(table).encode()
    (folder / "lenet.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"x")
    return folder
