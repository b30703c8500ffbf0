"""A thread exchanges file and link as fast as it can, for 20 s at most: the secret must never be read."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

from tests.attacks.catalogue import ROOT

RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.py"
    path.write_bytes(b"x = 1\n")
    secret = Path(knowledge["ROOT"]) / "secret.txt"

    def swap() -> None:
        end = time.monotonic() + 20
        while folder.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                (folder / "next").symlink_to(secret)
                os.replace(folder / "next", path)
                (folder / "next").write_bytes(b"x = 1\n")
                os.replace(folder / "next", path)

    threading.Thread(target=swap, daemon=True).start()
    return path
