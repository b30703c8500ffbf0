"""Two renames, as handing in does them: between the two nothing is there."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    (folder / "reader.py").write_bytes(b"x = 1\n")
    new, old = folder.with_name(".reader.new"), folder.with_name(".reader.old")
    new.mkdir()
    (new / "reader.py").write_bytes(b"x = 2\n")

    def swap() -> None:
        end = time.monotonic() + 20
        while folder.parent.exists() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                folder.rename(old)
                new.rename(folder)
                old.rename(new)

    threading.Thread(target=swap, daemon=True).start()
    return folder
