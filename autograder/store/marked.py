"""What TAs marked by hand, kept by attempt: nbgrader knows one mark for a student and a cell, whatever the answer is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, inspect, select, text

from autograder.store.records import ByHand
from autograder.store.tables import marked

_GRADEBOOKS: WeakSet[Engine] = WeakSet()  # that nbgrader's tables were seen in: it never takes them away


@dataclass(frozen=True)
class Mark:
    """A mark of one cell.

    Attributes:
        digest: Of the answer it was given for.
        automatic: The points that it replaces or adds to.
    """

    digest: str
    manual: float | None
    extra: float | None
    automatic: float = 0.0

    @property
    def points(self) -> float:
        """What it gives or takes."""
        return (0.0 if self.manual is None else self.manual - self.automatic) + (self.extra or 0.0)


@dataclass
class Marked:
    """What is known of a student in a chapter.

    Attributes:
        by_key: Marks by cell, of each attempt.
        shown: The key of the attempt that formgrader shows, empty where that is not known yet.
    """

    by_key: dict[str, dict[str, Mark]] = field(default_factory=dict)
    shown: str = ""

    def of_answer(self, cell: str, digest: str) -> Mark | None:
        """Return the newest mark that was given for an answer of a cell, in whichever attempt."""
        found = [mark for marks in self.by_key.values() if (mark := marks.get(cell)) and mark.digest == digest]
        return found[-1] if found else None

    def newest_other(self, cell: str, digest: str) -> Mark | None:
        """Return the newest mark of a cell that was given for another answer."""
        found = [mark for marks in self.by_key.values() if (mark := marks.get(cell)) and mark.digest != digest]
        return found[-1] if found else None


def has_gradebook(connection: Connection) -> bool:
    """Return True if nbgrader's tables are there, which the first points of a class bring."""
    if connection.engine not in _GRADEBOOKS:
        if not inspect(connection).has_table("submitted_notebook"):
            return False
        _GRADEBOOKS.add(connection.engine)
    return True


def students_shown(connection: Connection, chapter: str) -> set[str]:
    """Return the students of whom formgrader shows an attempt in a chapter."""
    query = select(marked.c.student).where(marked.c.chapter == chapter, marked.c.shown)
    return set(connection.scalars(query.distinct()))


def marked_of(connection: Connection, student: str, chapter: str) -> Marked:
    """Return what was marked for a student in a chapter, the newest last."""
    query = select(marked.c.key, marked.c.shown, marked.c.marks).order_by(marked.c.id)
    found = Marked()
    for key, shown, marks in connection.execute(query.where(marked.c.student == student, marked.c.chapter == chapter)):
        found.by_key.pop(key, None)
        found.by_key[key] = {cell: Mark(*values) for cell, values in json.loads(marks).items()}
        found.shown = key if shown else found.shown
    return found


LIVE = """
SELECT sa.student_id, a.name, b.name, g.manual_score, g.extra_credit, COALESCE(g.auto_score, 0)
FROM grade g
JOIN base_cell b ON b.id = g.cell_id
JOIN submitted_notebook sn ON sn.id = g.notebook_id
JOIN submitted_assignment sa ON sa.id = sn.assignment_id
JOIN assignment a ON a.id = sa.assignment_id
WHERE g.manual_score IS NOT NULL OR COALESCE(g.extra_credit, 0) <> 0
"""


def class_marks(connection: Connection) -> dict[tuple[str, str, str], dict[str, Mark]]:
    """Return the marks by student, chapter and key of the attempt, then by cell; what formgrader has now included.

    Marks of a class from before they were kept by attempt have the key "".
    """
    found: dict[tuple[str, str, str], dict[str, Mark]] = {}
    shown: dict[tuple[str, str], str] = {}
    columns = (marked.c.student, marked.c.chapter, marked.c.key, marked.c.shown, marked.c.marks)
    for student, chapter, key, is_shown, marks in connection.execute(select(*columns).order_by(marked.c.id)):
        found[student, chapter, key] = {cell: Mark(*values) for cell, values in json.loads(marks).items()}
        if is_shown:
            shown[student, chapter] = key
    if not has_gradebook(connection):
        return found
    for (student, chapter), key in shown.items():
        found[student, chapter, key] = {}  # formgrader knows better by now
    for student, chapter, cell, manual, extra, automatic in connection.execute(text(LIVE)):
        key = shown.get((student, chapter), "")
        found.setdefault((student, chapter, key), {})[cell] = Mark("", manual, extra, automatic)
    return found


def keep_marks(
    connection: Connection,
    student: str,
    chapter: str,
    key: str,
    marks: Mapping[str, Mark],
    now: datetime,
    *,
    shown: bool,
) -> None:
    """Add what an attempt has by hand.

    Args:
        shown: Formgrader shows it from now on.
    """
    values = {cell: [one.digest, one.manual, one.extra, one.automatic] for cell, one in sorted(marks.items())}
    row = {"student": student, "chapter": chapter, "key": key, "shown": shown, "at": now}
    points = sum(one.points for one in marks.values())
    connection.execute(marked.insert().values(**row, points=points, marks=json.dumps(values)))


def marked_rows(connection: Connection, student: str | None) -> Iterable[Any]:
    """Return rows of (student, chapter, key, shown, points), sorted by student, the oldest first."""
    columns = (marked.c.student, marked.c.chapter, marked.c.key, marked.c.shown, marked.c.points)
    query = select(*columns).order_by(marked.c.student, marked.c.id)
    return connection.execute(query if student is None else query.where(marked.c.student == student))


def by_hand(live: Iterable[tuple[str, float]], rows: Iterable[Any]) -> tuple[tuple[str, ByHand], ...]:
    """Return the points by hand of a student, by chapter.

    Args:
        live: what nbgrader's gradebook has now, by chapter; it is about the attempt that formgrader shows.
        rows: see `marked_rows`; where there are none, it is about every attempt, as it was before they were kept.
    """
    now = dict(live)
    kept: dict[str, dict[str, float]] = {}
    shown: dict[str, str] = {}
    for _, chapter, key, is_shown, points in rows:
        kept.setdefault(chapter, {})[key] = points
        if is_shown:
            shown[chapter] = key
    found: dict[str, ByHand] = {chapter: points for chapter, points in now.items() if chapter not in shown}
    for chapter, key in shown.items():
        found[chapter] = {**kept[chapter], key: now.get(chapter, 0.0)}
    return tuple(sorted(found.items()))
