"""C: and backslashes; the reserved name alone is harmless, nothing is written."""

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
        archive.writestr("aux.txt", b"")
        archive.writestr("C:\\Windows\\evil.dll", b"")
    return path
