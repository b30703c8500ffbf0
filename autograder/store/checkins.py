"""Check-ins and what TAs decide. A row that is there is not added again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.exc import IntegrityError

from autograder.store.audit import add_audit
from autograder.store.records import Action, AuditEntry, CheckIn, names_of
from autograder.store.tables import actions, checkins

CHECKIN_COLUMNS = (
    checkins.c.student,
    *(checkins.c[name] for name in CheckIn._fields),
)
ACTION_COLUMNS = (
    actions.c.student,
    *(actions.c[n] for n in ("kind", "actor", "at", "reason", "week", "chapter", "until", "active", "value", "id")),
)


def add_checkin(connection: Connection, student: str, checkin: CheckIn) -> bool:
    """Add a check-in; False where the same proof is there already for that week."""
    row = {name: getattr(checkin, name) for name in CheckIn._fields}
    try:
        with connection.begin_nested():
            connection.execute(checkins.insert().values(student=student, **row))
    except IntegrityError:
        return False
    return True


def checkins_of(connection: Connection, student: str) -> tuple[CheckIn, ...]:
    """Return the check-ins of a student in the order in which they were stored."""
    query = select(*CHECKIN_COLUMNS).where(checkins.c.student == student).order_by(checkins.c.id)
    return tuple(checkin_of(row) for row in connection.execute(query))


def same_notes(connection: Connection, student: str, proof: str) -> list[tuple[str, int, datetime]]:
    """Return student, week and moment of the same note of other students, oldest first."""
    query = (
        select(checkins.c.student, checkins.c.week, checkins.c.at)
        .where(checkins.c.proof == proof, checkins.c.kind == "note", checkins.c.student != student)
        .order_by(checkins.c.id)
        .limit(5)
    )
    return [(other, week, at) for other, week, at in connection.execute(query)]


def actions_for(connection: Connection, student: str | None = None) -> tuple[Action, ...]:
    """Return the actions for everybody and, where `student` is given, for this student; oldest first."""
    wanted = or_(actions.c.student.is_(None), actions.c.student == student)  # nothing equals NULL
    query = select(*ACTION_COLUMNS).where(wanted).order_by(actions.c.id)
    return tuple(action_of(row) for row in connection.execute(query))


def add_actions(connection: Connection, given: Iterable[Action]) -> int:
    """Add what is new, with a line each in the audit log; return how many. What holds already is not added again."""
    rows, entries = [], []
    for action in given:
        before = _holding(connection, action)
        if before is not None and _said(before) == _said(action):
            continue
        if before is None and not action.active:
            continue
        row = {name: getattr(action, name) for name in names_of(Action) if name != "id"}
        rows.append(row)
        target = f"week {action.week}" if action.week else action.chapter or ""
        entries.append(
            AuditEntry(
                action.at,
                action.actor,
                action.kind,
                action.student or "",
                target,
                _shown(before) if before else "",
                _shown(action),
                action.reason,
            )
        )
    if rows:
        connection.execute(actions.insert(), rows)
    add_audit(connection, entries)
    return len(rows)


def _holding(connection: Connection, action: Action) -> Action | None:
    def same(column: Any, value: object) -> Any:
        return column.is_(None) if value is None else column == value

    query = (
        select(*ACTION_COLUMNS)
        .where(
            actions.c.kind == action.kind,
            same(actions.c.student, action.student),
            same(actions.c.week, action.week),
            same(actions.c.chapter, action.chapter),
        )
        .order_by(actions.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return action_of(row) if row else None


def _said(action: Action) -> tuple[object, ...]:
    return action.active, action.until, action.value


def _shown(action: Action) -> str:
    if not action.active:
        return "revoked"
    return action.until.isoformat() if action.until else action.value or "granted"


def checkin_of(row: Any) -> CheckIn:
    """Return a row of `CHECKIN_COLUMNS` as a record."""
    return CheckIn(*row[1:])


def action_of(row: Any) -> Action:
    """Return a row of `ACTION_COLUMNS` as a record."""
    student, kind, actor, at, reason, week, chapter, until, active, value, number = row
    return Action(kind, actor, at, reason, student, week, chapter, until, active, value, number)
