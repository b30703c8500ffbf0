"""Neither a file nor a folder nor a link."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    folder.rmdir()
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(folder.parent)  # the address has room for 107 bytes
        bound.bind(folder.name)
        os.chdir(here)
    return folder
