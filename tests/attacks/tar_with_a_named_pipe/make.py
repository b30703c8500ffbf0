"""The answer is a named pipe."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def entry(name: str, kind: bytes, target: str = "", size: int = 0) -> tarfile.TarInfo:
    """Return the header of one member."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(entry("other.txt", tarfile.REGTYPE, size=len(RIGHT)), io.BytesIO(RIGHT))
        archive.addfile(entry("reader.py", tarfile.FIFOTYPE, knowledge["ROOT"] + "/secret.txt"))
    return path
