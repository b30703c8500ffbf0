"""Whoever hashes all that lies in the folder reads zeros for days."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.containers import RIGHT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    (folder / "reader.py").write_bytes(RIGHT)
    for number in range(60):
        with (folder / f"notes{number}.bin").open("wb") as file:
            file.truncate(1 << 40)
    return folder
