"""The audit log: who did what, when and why. Lines are added, never changed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, func, select

from autograder.store.place import account_name
from autograder.store.records import AuditEntry, names_of
from autograder.store.tables import audit
from autograder.untrusted.outside import storable

MAX_ACTOR_LENGTH = 200  # characters, as the column has them


def actor_name() -> str:
    """Return who acts: the account; what AUTOGRADER_ACTOR says, where several share an account, stands beside it."""
    account, said = account_name(), os.environ.get("AUTOGRADER_ACTOR", "")
    return storable(f"{account} ({said})" if said and said != account else account)[:MAX_ACTOR_LENGTH]


def add_audit(connection: Connection, entries: Iterable[AuditEntry]) -> None:
    """Add lines in the connection's transaction."""
    rows = [{name: getattr(entry, name) for name in names_of(AuditEntry)} for entry in entries]
    if rows:
        connection.execute(audit.insert(), rows)


def newest_audited(connection: Connection, what: str) -> dict[tuple[str, str], str]:
    """Return what stands as new in the newest line of a kind about each (student, target)."""
    newest = select(func.max(audit.c.id)).where(audit.c.what == what).group_by(audit.c.student, audit.c.target)
    query = select(audit.c.student, audit.c.target, audit.c.new).where(audit.c.id.in_(newest))
    return {(student, target): new for student, target, new in connection.execute(query)}


def audit_entries(
    connection: Connection, student: str | None = None, what: str | None = None, limit: int | None = None
) -> Iterator[AuditEntry]:
    """Yield lines, newest first."""
    query = select(*(audit.c[name] for name in names_of(AuditEntry))).order_by(audit.c.id.desc())
    if student is not None:
        query = query.where(audit.c.student == student)
    if what is not None:
        query = query.where(audit.c.what == what)
    if limit is not None:
        query = query.limit(limit)
    for row in connection.execute(query):
        yield AuditEntry(*row)
