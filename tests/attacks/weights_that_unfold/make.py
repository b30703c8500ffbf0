"""No code at all: only data that grows while it is read."""

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
    double = b"".join(b"(lp%d\n" % n + b"g%d\n" % (n - 1) * 2 + b"a" * 0 + b"0" for n in range(1, 40))
    content = b"(lp0\n0" + b"K\x01p1\n0" * 200_000 + double + b"}."
    (folder / "lenet.pdparams").write_bytes(content)
    return folder
