"""When a hand-in came: by a time stamp that lies beside it, else by the time of its own files, never by a folder's."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime

from autograder.portable.older import UTC
from autograder.store.handins import Source
from autograder.submission import Rejected
from autograder.submission.files import Folder

STAMP = "timestamp.txt"  # nbgrader's exchange writes it
STAMPED = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) ?(UTC|GMT|Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True)
class Came:
    """When something came, and by whose word.

    Attributes:
        confirmed: False where the file was changed or copied after the deadline.
    """

    moment: datetime
    source: Source
    confirmed: bool = True


def came(folder: Folder, now: datetime, due: datetime | None) -> Came:
    """Return when the hand-in in an open folder came; call it when its answer has been read.

    A file's own time is what its owner sets. Where the file was changed in any way after the deadline (written, copied,
    renamed, or its time set back), nobody can tell any more when it came: it is marked so. A time stamp says more only
    where staff wrote it.

    Args:
        due: The chapter's deadline.
    """
    times = folder.times(now)
    in_time = due is None or times.changed <= due
    if stamped := _stamp(folder):
        return Came(min(stamped, now), "timestamp", in_time or _is_staffs(folder))
    return Came(times.written, "file", in_time)


def _is_staffs(folder: Folder) -> bool:
    """Tell whether this account, or root, wrote the time stamp, as collecting does; a student's own is their word alone."""
    status = folder.status(STAMP)
    return status is not None and status.st_uid in (0, os.geteuid())


def stamped_moment(text: str) -> datetime | None:
    """Return the moment that a text names as nbgrader writes it, in UTC where it has no zone; None for anything else."""
    found = STAMPED.fullmatch(text.strip())
    if found is None:
        return None
    zone = found[3] or ""
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2]}{zone if zone[:1] in ('+', '-') else ''}")
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _stamp(folder: Folder) -> datetime | None:
    if STAMP not in folder.names:
        return None
    try:
        return stamped_moment(folder.read(STAMP, 1).decode("utf-8", "replace"))
    except Rejected:
        return None
