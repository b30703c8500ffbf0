"""The answer is a hard link."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tests.attacks.containers import RIGHT, entry


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(entry("other.txt", tarfile.REGTYPE, size=len(RIGHT)), io.BytesIO(RIGHT))
        archive.addfile(entry("reader.py", tarfile.LNKTYPE, knowledge["ROOT"] + "/secret.txt"))
    return path
