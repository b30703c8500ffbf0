"""All that is known about each student, one student at a time: a class of 100,000 needs no more memory than one of 10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select, text

from autograder.store.checkins import ACTION_COLUMNS, CHECKIN_COLUMNS, action_of
from autograder.store.marked import by_hand, has_gradebook, marked_rows
from autograder.store.notices import rules_since
from autograder.store.records import Action, CheckIn, Ledger, Student
from autograder.store.results import attempt_rows, newest_results
from autograder.store.roster import COLUMNS
from autograder.store.tables import actions, checkins, students

AT_ONCE = 2000
IN_PARTS = {"yield_per": AT_ONCE}  # of one query; given to a connection, it would hold for what is written there, too
# What TAs gave or took in nbgrader's formgrader, by student and chapter. A mark by hand replaces the automatic one.
BY_HAND = """
SELECT sa.student_id, a.name, SUM(
    CASE WHEN g.manual_score IS NULL THEN 0 ELSE g.manual_score - COALESCE(g.auto_score, 0) END
    + COALESCE(g.extra_credit, 0))
FROM grade g
JOIN submitted_notebook sn ON sn.id = g.notebook_id
JOIN submitted_assignment sa ON sa.id = sn.assignment_id
JOIN assignment a ON a.id = sa.assignment_id
WHERE (g.manual_score IS NOT NULL OR g.extra_credit IS NOT NULL) {student}
GROUP BY sa.student_id, a.name ORDER BY sa.student_id{collation}, a.name
"""


def ledger_of(connection: Connection, student: str) -> Ledger:
    """Return what is known about one student; an empty ledger for an unknown one."""
    found = next(iter(ledgers(connection, student)), None)
    return found or Ledger(Student(student), rules=rules_since(connection))


def ledgers(connection: Connection, student: str | None = None) -> Iterator[Ledger]:
    """Yield the ledgers of the class list and of everybody else who left a trace, sorted by id."""
    streams = [
        _Stream(_students(connection, student)),
        _Stream(_checkins(connection, student)),
        _Stream(_actions(connection, student)),
        _Stream(attempt_rows(connection, student)),
        _Stream(by_hand_rows(connection, student)),
        _Stream(marked_rows(connection, student)),
    ]
    rules = rules_since(connection)
    while waiting := [stream.head for stream in streams if stream.head is not None]:
        name = min(waiting)
        found, own_checkins, own_actions, attempts, live, kept = (stream.take(name) for stream in streams)
        yield Ledger(
            _student(found) or Student(name),
            tuple(CheckIn(*row[2:]) for row in sorted(own_checkins, key=itemgetter(1))),
            tuple(action_of(row) for row in sorted(own_actions, key=itemgetter(-1))),
            tuple(attempt for _, attempt in newest_results(attempts)),
            by_hand([(chapter, float(points)) for _, chapter, points in live], kept),
            _away(found),
            rules,
        )


def for_everybody(connection: Connection) -> tuple[Action, ...]:
    """Return the actions that concern the whole class, oldest first."""
    query = select(*ACTION_COLUMNS).where(actions.c.student.is_(None)).order_by(actions.c.id)
    return tuple(action_of(row) for row in connection.execute(query))


class _Stream:
    """Rows sorted by their first column, taken student by student."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self.head: str | None = None
        self._rows: list[Any] = []
        self._next()

    def take(self, name: str) -> list[Any]:
        if self.head != name:
            return []
        rows = self._rows
        self._next()
        return rows

    def _next(self) -> None:
        self.head, rows = next(self._groups, (None, ()))
        self._rows = list(rows)


def _students(connection: Connection, student: str | None) -> Iterable[Any]:
    query = select(*COLUMNS, students.c.at, students.c.id).order_by(students.c.student)
    return _streamed(connection, query if student is None else query.where(students.c.student == student))


def _student(rows: list[Any]) -> Student | None:
    """Return what the newest row says."""
    return Student(*max(rows, key=itemgetter(-1))[: len(COLUMNS)]) if rows else None


def _away(rows: list[Any]) -> tuple[tuple[datetime, datetime | None], ...]:
    """Return the times in which a student had left the class, from all rows of the class list about them."""
    if len(rows) < 2:
        return ()
    spans: list[tuple[datetime, datetime | None]] = []
    for *_, active, _joined, at, _id in sorted(rows, key=itemgetter(-1)):
        gone = bool(spans) and spans[-1][1] is None
        if not active and not gone:
            spans.append((at, None))
        elif active and gone:
            spans[-1] = spans[-1][0], at
    return tuple(spans)


def _checkins(connection: Connection, student: str | None) -> Iterable[Any]:
    # Sorted by student alone, which an index gives; the rows of one student are sorted by id when they are here.
    query = select(checkins.c.student, checkins.c.id, *CHECKIN_COLUMNS[1:]).order_by(checkins.c.student)
    return _streamed(connection, query if student is None else query.where(checkins.c.student == student))


def _actions(connection: Connection, student: str | None) -> Iterable[Any]:
    query = select(*ACTION_COLUMNS).where(actions.c.student.is_not(None)).order_by(actions.c.student)
    return _streamed(connection, query if student is None else query.where(actions.c.student == student))


def by_hand_rows(connection: Connection, student: str | None) -> Iterable[Any]:
    """Return rows of (student, chapter, points that TAs gave or took in formgrader), sorted by student."""
    if not has_gradebook(connection):
        return ()
    collation = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    query = BY_HAND.format(student="AND sa.student_id = :student" if student else "", collation=collation)
    given = {"student": student} if student else {}
    return connection.execute(text(query), given, execution_options=IN_PARTS)


def _streamed(connection: Connection, query: Any) -> Iterable[Any]:
    return connection.execute(query, execution_options=IN_PARTS)
