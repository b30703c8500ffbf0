"""When hand-ins came, stored once: rows are added, and the newest of an answer holds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, Subquery, and_, func, select

from autograder.store.audit import add_audit
from autograder.store.database import lock
from autograder.store.records import AuditEntry
from autograder.store.tables import handins
from autograder.untrusted.outside import storable

Source = Literal["correction", "option", "status", "timestamp", "name", "zip", "unknown", "file"]
TRUST: tuple[Source, ...] = get_args(Source)
"""Whose word a moment is, the most trusted first. `unknown`: whoever placed the file did not know; its own time is then
that of the placing."""
AUDITED_AS = "received"


@dataclass(frozen=True)
class Received:
    """When one answer of a student came.

    Attributes:
        digest: Of what was handed in.
        moment: None where nobody knows.
        source: Whose word that is.
        confirmed: False where the file was changed or copied after the deadline.
        origin: Where it was found.
        at: Since when the class knows it.
    """

    student: str
    chapter: str
    digest: str
    moment: datetime | None
    source: Source
    at: datetime
    actor: str = ""
    confirmed: bool = True
    origin: str = ""
    reason: str = ""


_FIELDS = ("student", "chapter", "digest", "received_at", "source", "at", "actor", "confirmed", "origin", "reason")


def moments(
    connection: Connection, student: str | None = None, chapter: str | None = None
) -> dict[tuple[str, str, str], Received]:
    """Return what holds for each (student, chapter, digest), oldest first."""
    newest = newest_handins()
    query = select(*(handins.c[name] for name in _FIELDS)).join(newest, newest.c.id == handins.c.id)
    if student is not None:
        query = query.where(handins.c.student == student)
    if chapter is not None:
        query = query.where(handins.c.chapter == chapter)
    rows = connection.execute(query.order_by(handins.c.id))
    return {(row.student, row.chapter, row.digest): Received(*row) for row in rows}


def handed_in_with(connection: Connection, student: str, chapter: str, digest: str) -> tuple[str, ...]:
    """Return the other students for whom the same file of the platform counts, sorted: a team hands in once for all members."""
    this = and_(handins.c.chapter == chapter, handins.c.digest == digest)
    mine = select(handins.c.origin).where(this, handins.c.student == student, handins.c.origin != "")
    others = select(handins.c.student).where(this, handins.c.student != student, handins.c.origin.in_(mine))
    return tuple(connection.scalars(others.distinct().order_by(handins.c.student)))


def students_of(connection: Connection, chapter: str, digests: Iterable[str]) -> set[str]:
    """Return who handed in something with one of these digests for a chapter."""
    query = select(handins.c.student).where(handins.c.chapter == chapter, handins.c.digest.in_(list(digests)))
    return set(connection.scalars(query.distinct()))


def newest_handins() -> Subquery:
    """Return the ids of the rows that hold."""
    answer = (handins.c.student, handins.c.chapter, handins.c.digest)
    return select(func.max(handins.c.id).label("id")).group_by(*answer).subquery("newest_handin")


def moment_of_answer(connection: Connection, student: str, chapter: str, digest: str) -> Received | None:
    """Return what holds for one answer, None where it is new."""
    mine = and_(handins.c.student == student, handins.c.chapter == chapter, handins.c.digest == digest)
    query = select(*(handins.c[name] for name in _FIELDS)).where(mine).order_by(handins.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return Received(*row) if row is not None else None


def keep_moment(connection: Connection, given: Received) -> Received:
    """Store when an answer came, where that is new or better known than before; return what holds.

    The same answer handed in again later is the answer that the class had: it keeps its first moment.
    """
    lock(connection, zlib.crc32(f"handin\0{given.student}\0{given.chapter}".encode("utf-8", "surrogatepass")))
    known = moment_of_answer(connection, given.student, given.chapter, given.digest)
    if known is not None and not is_better(given, known):
        return known
    add_moments(connection, [given])
    if known is not None or given.source in ("correction", "option"):
        old = said_moment(known.moment, known.source) if known else ""
        new = said_moment(given.moment, given.source)
        who, what = (given.actor, AUDITED_AS), (given.student, given.chapter)
        add_audit(connection, [AuditEntry(given.at, *who, *what, old, new, given.reason, given.digest)])
    return given


def is_better(given: Received, known: Received) -> bool:
    """Return True if a word about an answer that is known already is to be taken.

    A TA's correction always; else one that is trusted more, or as much and earlier, about a moment at which the class
    did not have the answer yet.
    """
    if given.source == "correction":
        return True
    if given.moment is None or known.source == "correction" or given.moment > known.at:
        return False
    more = TRUST.index(known.source) - TRUST.index(given.source)
    return more > 0 or (more == 0 and (known.moment is None or given.moment < known.moment))


def add_moments(connection: Connection, given: Iterable[Received]) -> None:
    """Add rows in the connection's transaction."""
    rows = []
    for one in given:
        row = {name: getattr(one, name) for name in _FIELDS if name != "received_at"}
        rows.append(row | {"received_at": one.moment, "origin": storable(one.origin), "reason": storable(one.reason)})
    if rows:
        connection.execute(handins.insert(), rows)


def said_moment(moment: datetime | None, source: Source) -> str:
    """Return a moment with its source, as the audit log has it."""
    return f"{moment.isoformat(timespec='seconds') if moment else 'unknown'} ({source})"
