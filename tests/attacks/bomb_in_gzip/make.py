"""One member of 10 GB of zeros in ten megabytes."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.tar.gz"
    size = 10 << 30
    info = tarfile.TarInfo("reader.py")
    info.size = size
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(info.tobuf()) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    path.write_bytes(head + block * (size // (16 << 20)))
    return path
