"""Which of the two is graded depends on the file system: it must not."""

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
        archive.writestr("Reader.py", b"x = 1")
        archive.writestr("READER.PY", b"x = 2")
    return path
