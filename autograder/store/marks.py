"""Marks that TAs give in nbgrader's formgrader, which keeps no log of them: looked for later, and put into ours."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, inspect, select, text

from autograder.store.audit import add_audit
from autograder.store.database import Database, lock
from autograder.store.records import AuditEntry
from autograder.store.tables import audit

ACTOR, WHAT = "formgrader", "mark"
_LOCK = 0x6D61_726B  # any number of our own, for PostgreSQL's advisory locks
MAX_TARGET_LENGTH = 100  # characters, as the column has them
BY_HAND = """
SELECT sa.student_id, a.name, b.name, g.manual_score, g.extra_credit
FROM grade g
JOIN grade_cells gc ON gc.id = g.cell_id
JOIN base_cell b ON b.id = gc.id
JOIN submitted_notebook sn ON sn.id = g.notebook_id
JOIN submitted_assignment sa ON sa.id = sn.assignment_id
JOIN assignment a ON a.id = sa.assignment_id
WHERE g.manual_score IS NOT NULL OR g.extra_credit IS NOT NULL
"""

WAITING = """
SELECT DISTINCT sa.student_id
FROM grade g
JOIN submitted_notebook sn ON sn.id = g.notebook_id
JOIN submitted_assignment sa ON sa.id = sn.assignment_id
JOIN assignment a ON a.id = sa.assignment_id
WHERE a.name = :chapter AND g.needs_manual_grade = :waits ORDER BY sa.student_id
"""


def log_marks(database: Database, now: datetime) -> int:
    """Add a line to the audit log for each mark that was given, changed or taken back since the last look.

    Who gave it nbgrader does not say, so the actor is `formgrader`. `now`: when it was seen. Return how many lines.
    """
    with database.reading() as connection:
        if not _changes(connection, now):
            return 0
    with database.writing() as connection:
        lock(connection, _LOCK)
        entries = _changes(connection, now)  # another TA's command may have been quicker
        add_audit(connection, entries)
    return len(entries)


def without_marks(connection: Connection, chapter: str) -> list[str]:
    """Return the students of a chapter of whom a written answer waits for a mark."""
    if not inspect(connection).has_table("submitted_notebook"):
        return []
    rows = connection.execute(text(WAITING), {"chapter": chapter, "waits": True})
    return [student for (student,) in rows]


def _changes(connection: Connection, now: datetime) -> list[AuditEntry]:
    if not inspect(connection).has_table("submitted_notebook"):
        return []
    given = {
        (student, f"{chapter} {cell}"[:MAX_TARGET_LENGTH]): _shown(score, extra)
        for student, chapter, cell, score, extra in connection.execute(text(BY_HAND))
    }
    newest = select(func.max(audit.c.id)).where(audit.c.what == WHAT).group_by(audit.c.student, audit.c.target)
    rows = connection.execute(select(audit.c.student, audit.c.target, audit.c.new).where(audit.c.id.in_(newest)))
    logged = {(student, target): new for student, target, new in rows}
    return [
        AuditEntry(now, ACTOR, WHAT, about[0], about[1], logged.get(about, ""), given.get(about, ""))
        for about in sorted(given.keys() | logged.keys())
        if given.get(about, "") != logged.get(about, "")
    ]


def _shown(score: float | None, extra: float | None) -> str:
    parts = ("" if score is None else f"{score:g}", "" if not extra else f"{extra:+g}")
    return " ".join(part for part in parts if part)
