"""The flag alone makes readers ask for a password."""

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
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    return path
