"""Each header has to be read; reading stops in time."""

from __future__ import annotations

import tarfile
from pathlib import Path

from tests.attacks.containers import entry


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.tar.gz"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        head = entry("x" * 90, tarfile.REGTYPE).tobuf()
        assert archive.fileobj is not None
        archive.fileobj.write(head * 100_000)
    return path
