"""Whoever opens it for reading waits for a writer that never comes."""

from __future__ import annotations

import os
from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    folder.rmdir()
    os.mkfifo(folder)
    return folder
