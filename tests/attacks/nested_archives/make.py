"""Nothing that is packed inside is unpacked again."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    inner = folder / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("reader.py", RIGHT)
    path = folder / "reader.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "reader.zip")
        archive.write(inner, "a/reader.zip")
    inner.unlink()
    return path
