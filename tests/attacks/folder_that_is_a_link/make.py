"""A link to another student's folder."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "mine"
    path.symlink_to(Path(knowledge["ROOT"]) / "submitted" / "other" / "reader")
    return path
