"""A thread exchanges the student's folder and a link to a neighbour's as fast as it can, for 20 s at most."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    (folder / "reader.py").write_bytes(b"x = 1\n")
    mine = folder.parent
    aside, link = mine.with_name(f"{mine.name}-aside"), mine.with_name(f"{mine.name}-link")

    def swap() -> None:
        end = time.monotonic() + 20
        while mine.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                link.symlink_to("other")
                mine.rename(aside)
                link.rename(mine)
                mine.rename(link)
                aside.rename(mine)
                link.unlink()
        link.unlink(missing_ok=True)
        shutil.rmtree(aside, ignore_errors=True)

    threading.Thread(target=swap, daemon=True).start()
    return folder
