"""The class list: every change is a new row, the newest row of a student holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from autograder.store.audit import add_audit
from autograder.store.records import AuditEntry, Student
from autograder.store.tables import pseudonyms, students

COLUMNS = (
    students.c.student,
    students.c.name,
    students.c.email,
    students.c.class_group,
    students.c.active,
    students.c.joined,
)


def class_list(connection: Connection, ids: Sequence[str] | None = None) -> dict[str, Student]:
    """Return the students by id, sorted; only `ids` where they are given."""
    newest = select(func.max(students.c.id)).group_by(students.c.student)
    if ids is not None:
        newest = newest.where(students.c.student.in_(ids))
    query = select(*COLUMNS).where(students.c.id.in_(newest)).order_by(students.c.student)
    return {row[0]: Student(*row) for row in connection.execute(query)}


def change_class_list(connection: Connection, changed: Iterable[Student], now: datetime, actor: str) -> int:
    """Store new and changed students, with a line each in the audit log; return how many differ from what was known."""
    known = class_list(connection)
    rows, entries = [], []
    for student in changed:
        before = known.get(student.id)
        if before == student:
            continue
        rows.append(
            {
                "student": student.id,
                "name": student.name,
                "email": student.email,
                "class_group": student.group,
                "active": student.active,
                "joined": student.joined,
                "at": now,
            }
        )
        entries.append(
            AuditEntry(now, actor, "roster", student.id, "", _shown(before) if before else "", _shown(student))
        )
    if rows:
        connection.execute(students.insert(), rows)
    add_audit(connection, entries)
    return len(rows)


def claim_pseudonym(connection: Connection, folded: str, student: str) -> bool:
    """Give a pseudonym to a student for good; False where it is another student's."""
    owner = connection.execute(select(pseudonyms.c.student).where(pseudonyms.c.folded == folded)).scalar()
    if owner is None:
        connection.execute(pseudonyms.insert().values(folded=folded, student=student))
        return True
    return bool(owner == student)


def claimed(connection: Connection) -> list[tuple[str, str]]:
    """Return every pseudonym that was given away, as it was claimed, with its student."""
    return [(row.folded, row.student) for row in connection.execute(select(pseudonyms.c.folded, pseudonyms.c.student))]


def _shown(student: Student) -> str:
    joined = f"joined week {student.joined}" if student.joined else ""
    parts = (student.name, student.email, student.group, joined, "" if student.active else "left")
    return " | ".join(part for part in parts if part)
