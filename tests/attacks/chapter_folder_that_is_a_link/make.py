"""The student's folder is their own; the chapter in it is a neighbour's."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    folder.rmdir()
    folder.symlink_to("../other/reader")
    return folder
