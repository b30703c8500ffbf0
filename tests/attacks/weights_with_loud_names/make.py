"""Names from a weights file are quoted in messages."""

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
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    names = ["\x1b[31mred\x1b[0m\u202egnp", "<script>alert(1)</script>", "\ud800", "=cmd|'/c calc'!A1", "x" * 10_000]
    header = json.dumps(dict.fromkeys(names, entry)).encode()
    (folder / "lenet.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    return folder
