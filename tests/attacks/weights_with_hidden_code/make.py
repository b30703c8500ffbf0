"""The call hides behind an innocent one, and behind opcodes that nobody uses."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.catalogue import ROOT


def network() -> str:
    """Return the reference's network alone: 40 points without the weights."""
    solution = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    return solution[: solution.index("def train_one_epoch")]


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write script and weights."""
    (folder / "lenet.py").write_text(network(), "utf-8")
    evil = b"cbuiltins\nexec\n(S'import os; os.system(\"true\")'\ntR"
    content = b"(dp0\nS'conv1.weight'\np1\ncbuiltins\ntuple\n((l" + evil + b"aattRs."
    (folder / "lenet.pdparams").write_bytes(content)
    return folder
