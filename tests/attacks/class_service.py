"""A class's check-ins for the attacks on check-ins: two students, weeks of the last month, records as students write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.checkin.service import CheckInService
from autograder.checkin.travelling import RECORD_NAME
from autograder.course import Course
from autograder.store.database import Database
from autograder.store.records import Student
from autograder.store.roster import change_class_list

DAY = timedelta(days=1)
WEEKS = 4  # the last of them is open
NOTE = "Read chapter {week}, wrote the reader of fundus photographs, and got it to run."


def week_begins(week: int) -> datetime:
    """Return when a week opens: the last one did three days ago."""
    return datetime.now(UTC).replace(microsecond=0) - (WEEKS - week) * 7 * DAY - 3 * DAY


@contextmanager
def class_service(folder: Path, **policies: Any) -> Iterator[CheckInService]:
    """Open the check-ins of a course below `folder` with the students mallory and alice on its list."""
    folder.mkdir(parents=True, exist_ok=True)
    weeks = [{"week": n, "opens": week_begins(n), "due": week_begins(n) + 7 * DAY} for n in range(1, WEEKS + 1)]
    title = {"zh": "课", "en": "Course"}
    chapter = {"id": "c1", "opens": week_begins(1), "due": week_begins(WEEKS)}
    values = {"id": "course", "title": title, "timezone": "Asia/Shanghai", "language": "en", "chapters": [chapter]}
    course = Course.model_validate({**values, "checkins": weeks, **policies})
    with Database(f"sqlite:///{folder / 'gradebook.db'}") as database:
        with database.writing() as connection:
            listed = [Student("alice", "Alice"), Student("mallory", "Mallory")]
            change_class_list(connection, listed, datetime.now(UTC), "ta")
        yield CheckInService(course, database)


def line(week: int, note: str = NOTE, **fields: Any) -> dict[str, Any]:
    """Return a note that claims to be from the second day of its week."""
    at = (week_begins(week) + DAY).isoformat()
    return {"week": week, "note": note.format(week=week), "at": at, **fields}


def put(folder: Path, whose: str, notes: list[dict[str, Any]], **fields: Any) -> Path:
    """Write a travelling record as a student can, whatever it says."""
    place = folder / whose
    place.mkdir(parents=True, exist_ok=True)
    path = place / RECORD_NAME
    path.write_text(json.dumps({"version": 2, "student": whose, "checkins": notes, **fields}), "utf-8")
    return path


def stub(folder: Path) -> Path:
    """Put the reader's stub, as it is handed out, into `folder`, and return the folder."""
    from shutil import copyfile

    from tests.attacks.catalogue import ROOT

    copyfile(ROOT / "assignments/reader/reader.ipynb", folder / "reader.ipynb")
    return folder
