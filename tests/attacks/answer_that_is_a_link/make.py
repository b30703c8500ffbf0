"""A link, a hard-to-notice one to /proc, and a pipe that nobody writes."""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    (folder / "reader.py").symlink_to(Path(knowledge["ROOT"]) / "secret.txt")
    os.mkfifo(folder / "reader.pipe")
    return folder
