"""Opening it must not wait for a writer."""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    os.mkfifo(folder / "reader.py")
    return folder
