"""`submitted/` is where students make their folders: one of them is a link to a neighbour's."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    folder.rmdir()
    folder.parent.rmdir()
    folder.parent.symlink_to("other")
    return folder
