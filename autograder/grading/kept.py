"""Answers that a newer one replaced: each lies in `.autograder/handins/DIGEST/` and is graded like what was not replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection

from autograder.course import Course
from autograder.grading.classroom import HandIn
from autograder.store.handins import moments
from autograder.store.results import graded_answers

KEPT = Path(".autograder") / "handins"
RAW = ".raw"  # ends the name of the folder of a hand-in as it came


def kept_folder(root: Path, digest: str) -> Path:
    """Return where an answer is kept, by the digest of what was handed in."""
    return root / KEPT / digest.replace(":", "-")


def raw_folder(root: Path, digest: str) -> Path:
    """Return where a hand-in is kept as it came, by its digest."""
    kept = kept_folder(root, digest)
    return kept.with_name(f"{kept.name}{RAW}")


def raw_folders(root: Path) -> dict[str, Path]:
    """Return all places of hand-ins that are kept as they came, by digest."""
    found = sorted((root / KEPT).glob(f"*{RAW}"))
    return {folder.name[: -len(RAW)].replace("-", ":", 1): folder for folder in found}


def kept_hand_ins(
    root: Path, course: Course, connection: Connection, chapter: str | None = None, *, graded: bool = False
) -> list[HandIn]:
    """Return what was replaced before it was graded, oldest first.

    Args:
        graded: Also what was graded already, for a regrade.
    """
    known = {entry.id for entry in course.chapters if chapter in (None, entry.id)}
    done = set() if graded else graded_answers(connection)
    found = []
    for student, name, digest in moments(connection, chapter=chapter):
        folder = kept_folder(root, digest)
        if name in known and (student, name, digest) not in done and folder.is_dir():
            found.append(HandIn(folder, name, student, root / KEPT))
    return found


def kept_by(root: Path, student: str, chapter: str, digests: Sequence[str]) -> list[HandIn]:
    """Return the kept answers of a student among some digests."""
    folders = [kept_folder(root, digest) for digest in digests]
    return [HandIn(folder, chapter, student, root / KEPT) for folder in folders if folder.is_dir()]


def put_aside(root: Path, folder: int, name: str, digest: str) -> None:
    """Move what lies in an open folder under `name` to where it is kept; the same answer is kept once."""
    target = kept_folder(root, digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        shutil.rmtree(name, dir_fd=folder)
        return
    try:
        os.rename(name, target, src_dir_fd=folder)
    except OSError:  # another file system
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(f"/proc/self/fd/{folder}/{name}", beside, symlinks=True)
        with suppress(FileExistsError):
            beside.rename(target)
        shutil.rmtree(name, dir_fd=folder)
