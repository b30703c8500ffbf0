"""A member above the archive, with both kinds of slash."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tests.attacks.containers import RIGHT, entry


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    path = folder / "reader.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("reader.py", "a/../../../../secret.txt", "..\\..\\secret.txt"):
            archive.addfile(entry(name, tarfile.REGTYPE, size=len(RIGHT)), io.BytesIO(RIGHT))
    return path
