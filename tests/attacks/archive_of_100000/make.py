"""A table of contents that costs more than the content."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("reader.py", RIGHT)
        for number in range(60_000):
            archive.writestr(f"{number}", b"")
    tail = path.read_bytes()
    path.write_bytes(tail)
    return path
