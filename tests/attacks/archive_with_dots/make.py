"""A member above the archive, with both kinds of slash."""

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
    path = folder / "reader.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("reader.py", "a/../../../../secret.txt", "..\\..\\secret.txt"):
            archive.addfile(entry(name, tarfile.REGTYPE, size=len(RIGHT)), io.BytesIO(RIGHT))
    return path
