"""A right answer beside files whose names are not UTF-8: it is graded."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.zip"
    body = central = b""
    for name, content in ((b"reader.py", RIGHT), ("实验报告.txt".encode("gbk"), b"x"), (b"\xff\xfe\x80", b"y")):
        fields = (20, 0, 0, 0, 0, zlib.crc32(content), len(content), len(content), len(name), 0)
        central += struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 20, *fields, 0, 0, 0, 0, len(body)) + name
        body += struct.pack("<4sHHHHHLLLHH", b"PK\3\4", *fields) + name + content
    path.write_bytes(body + central + struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 3, 3, len(central), len(body), 0))
    return path
