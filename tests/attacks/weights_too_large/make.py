"""Ten GiB that take no room on the disk: the limit holds before anything is read."""

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
    with (folder / "lenet.safetensors").open("wb") as file:
        file.truncate(10 << 30)
    return folder
