"""Hand in: copy one answer to where the class's submissions lie, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import AutograderError
from autograder.submission.intake import RawSubmission, read_submission
from autograder.submission.rejection import Rejected
from autograder.text import Text

NO_ID = Text(
    zh="{student!r} 不是学号：请用字母、数字和连字符",
    en="{student!r} is not a student id: use letters, digits and hyphens",
)
EARLIER = ".earlier"  # beside the chapters of a student


class HandInError(AutograderError):
    """Something that cannot be handed in."""


def hand_in(path: Path, chapter: str, student: str, target: Path, *, limit_mib: int, weights_limit_mib: int) -> Path:
    """Copy the notebook or script at `path`, and the weights beside it, to `target/<student>/<chapter>/`.

    An earlier hand-in is replaced in one step, and kept in `target/<student>/.earlier/<chapter>/` until the class takes
    it.

    Raises:
        Rejected: For a file that could not be graded, `HandInError` for a student's id that is no plain folder name.
    """
    if not student or student.startswith(".") or any(c in student for c in "/\\\0"):
        raise HandInError(NO_ID.format(student=student))
    raw = read_submission(path, chapter, limit_mib=limit_mib, weights_limit_mib=weights_limit_mib)
    folder = target / student / chapter
    unfinished, old = (folder.with_name(f".{chapter}.{what}.{os.getpid()}") for what in ("new", "old"))
    files = _files(raw, chapter)
    if _holds(folder, files):
        return folder  # it keeps the time at which it came
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name, content in files.items():
        (unfinished / name).write_bytes(content)
    before = folder.exists()
    if before:
        folder.replace(old)
    unfinished.replace(folder)
    if before:
        _keep(old, folder.parent / EARLIER / chapter)
    return folder


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Tell whether a folder holds these files and nothing else."""
    if not folder.is_dir() or {path.name for path in folder.iterdir()} != set(files):
        return False
    return all((folder / name).read_bytes() == content for name, content in files.items())


def _keep(old: Path, kept: Path) -> None:
    """Move what was replaced to where the class looks for it: it may be better than what replaced it."""
    kept.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name) for path in kept.iterdir() if path.name.isdecimal() and path.name.isascii()]
    old.replace(kept / str(max(numbers, default=0) + 1))


def _files(raw: RawSubmission, chapter: str) -> dict[str, bytes]:
    files = {f"{chapter}{'.ipynb' if raw.kind == 'notebook' else '.py'}": raw.content}
    if raw.weights_refused is not None:
        raise Rejected(raw.weights_refused)
    if raw.weights_name and raw.weights is not None:
        files[f"{chapter}{Path(raw.weights_name).suffix}"] = raw.weights
    return files
