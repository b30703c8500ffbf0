"""Pieces of archives and weights that several attacks hand in."""

from __future__ import annotations

import tarfile

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def entry(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    """Return the header of one member of a tar file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size = kind, target, size
    return info
