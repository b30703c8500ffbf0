"""The answer is a symbolic link to a secret."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("reader.py")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, knowledge["ROOT"] + "/secret.txt")
    return path
