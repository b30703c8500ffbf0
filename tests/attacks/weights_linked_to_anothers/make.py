"""The answer is right, the weights are a link to what a neighbour handed in: they are not taken."""

from __future__ import annotations

from pathlib import Path

from tests.attacks.containers import RIGHT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    (folder / "reader.py").write_bytes(RIGHT)
    (folder / "reader.safetensors").symlink_to("../../other/reader/reader.py")
    return folder
