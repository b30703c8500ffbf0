"""Deleting hand-ins as they came: those of a student who asks for it, or all that are older than a day.

Results, points and graded notebooks stay: they are the record of the class. What another student handed in, too, byte for byte, stays
for them.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import Connection

from autograder.grading.kept import raw_folder, raw_folders
from autograder.grading.traces import FORGOTTEN
from autograder.store.handins import moments

UTC = timezone.utc


@dataclass(frozen=True)
class Raw:
    """A hand-in that is kept as it came.

    Attributes:
        digest: Empty where no class's table knows it.
        size: In bytes.
    """

    folder: Path
    students: tuple[str, ...]
    chapters: tuple[str, ...]
    came: datetime
    size: int
    digest: str = ""


def kept_raw(root: Path, connection: Connection) -> list[Raw]:
    """Return all hand-ins that are kept as they came, by folder."""
    owners: dict[Path, list[tuple[str, str, datetime, str]]] = defaultdict(list)
    for (student, chapter, digest), known in moments(connection).items():
        owners[raw_folder(root, digest)].append((student, chapter, known.moment or known.at, digest))
    found = []
    for folder in raw_folders(root).values():
        files = [path for path in folder.iterdir() if path.name != FORGOTTEN]
        if not files:
            continue
        mine = owners.get(folder, [])
        newest = datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC)
        found.append(
            Raw(
                folder,
                tuple(sorted({student for student, _, _, _ in mine})),
                tuple(sorted({chapter for _, chapter, _, _ in mine})),
                max((came for _, _, came, _ in mine), default=newest),
                sum(path.stat().st_size for path in files),
                mine[0][3] if mine else "",
            )
        )
    return found


def chosen(
    kept: list[Raw], student: str | None, before: datetime | None, chapter: str | None
) -> tuple[list[Raw], list[Raw]]:
    """Return what is meant: what can be deleted, and what another student has handed in, too, and stays."""
    meant = [
        one
        for one in kept
        if (student is None or student in one.students)
        and (before is None or one.came < before)
        and (chapter is None or chapter in one.chapters)
    ]
    shared = [one for one in meant if student is not None and set(one.students) != {student}]
    return [one for one in meant if one not in shared], shared


def forget(raws: list[Raw]) -> None:
    """Delete what is kept; an empty mark in its place keeps a later grading from keeping it again."""
    for one in raws:
        for path in one.folder.iterdir():
            if path.name != FORGOTTEN:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        (one.folder / FORGOTTEN).touch()
