"""Thousands of entries share one compressed stream."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.zip"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(bytes(19 << 20)) + packer.flush()
    fields = (20, 0, 8, 0, 0, zlib.crc32(bytes(19 << 20)), len(data), 19 << 20)
    local = struct.pack("<4sHHHHHLLLHH", b"PK\3\4", *fields, 9, 0) + b"reader.py"
    names = [b"reader.py", *(b"%05d.bin" % n for n in range(4000))]
    central = b"".join(
        struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 20, *fields, len(name), 0, 0, 0, 0, 0, 0) + name for name in names
    )
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, len(names), len(names), len(central), len(local) + len(data), 0)
    path.write_bytes(local + data + central + end)
    return path
