"""A folder with one script whose name is GBK bytes: graded or refused, never a crash."""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    name = "作业".encode("gbk") + b"\x1b[31m.py"
    (folder / os.fsdecode(name)).write_bytes(RIGHT)
    return folder
