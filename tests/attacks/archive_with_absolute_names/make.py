"""A member that wants to be written to a place of the grader."""

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
        archive.writestr(knowledge["ROOT"] + "/solutions/reader/hidden.json", b"{}")
    return path
