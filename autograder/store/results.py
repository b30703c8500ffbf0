"""Results of grading, kept by key: the same key never runs twice. Rows are added, never changed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Row, and_, func, or_, select

from autograder.portable.older import UTC, paired
from autograder.store.audit import actor_name, add_audit
from autograder.store.database import Database, lock
from autograder.store.opening import class_database
from autograder.store.records import Attempt, AuditEntry
from autograder.store.result import Result
from autograder.store.tables import handins, results

_PLACE = func.coalesce(results.c.place, results.c.number, 0)  # of an attempt among a student's in a chapter
# The newest result of the newest attempt: one from before may be graded once more, and later.
_NEWEST_FIRST = (_PLACE.desc(), results.c.id.desc())


class ResultStore:
    """The results of a course.

    Attributes:
        place: Its database, or any SQLAlchemy URL.
    """

    def __init__(self, place: str | Database) -> None:
        self.database = place if isinstance(place, Database) else Database(place)

    @classmethod
    def in_course(cls, root: Path) -> ResultStore:
        """Open the class database of a course folder.

        Raises:
            DatabaseError: Where it was emptied, or is another course's.
        """
        return cls(class_database(root))

    def all_current(self) -> list[Result]:
        """Return the newest result of every student in every chapter, sorted."""
        place = func.row_number().over(partition_by=(results.c.student, results.c.chapter), order_by=_NEWEST_FIRST)
        ranked = select(results.c.id, place.label("place")).subquery()
        newest = select(ranked.c.id).where(ranked.c.place == 1)
        query = select(results.c.record).where(results.c.id.in_(newest)).order_by(results.c.student, results.c.chapter)
        with self.database.reading() as connection:
            return [result_of(row.record) for row in connection.execute(query)]

    def with_key(self, key: str, student: str, chapter: str) -> Result | None:
        """Return the newest result of a student with this key."""
        query = (
            select(results.c.record)
            .where(results.c.student == student, results.c.chapter == chapter, results.c.key == key)
            .order_by(results.c.id.desc())
            .limit(1)
        )
        with self.database.reading() as connection:
            found = connection.execute(query).scalar()
        return result_of(found) if found else None

    def of_hand_in(self, digest: str, received: datetime, student: str, chapter: str) -> Result | None:
        """Return the newest result of a student for what was handed in; a rejected one is known by its moment."""
        query = (
            select(results.c.record)
            .where(results.c.student == student, results.c.chapter == chapter)
            .where(
                or_(results.c.submission == digest, and_(results.c.received_at == received, results.c.score.is_(None)))
            )
            .order_by(results.c.id.desc())
            .limit(1)
        )
        with self.database.reading() as connection:
            found = connection.execute(query).scalar()
        return result_of(found) if found else None

    def attempts(self, student: str, chapter: str) -> list[Attempt]:
        """Return the attempts of a student in a chapter in the order of their numbers, each with its newest result."""
        with self.database.reading() as connection:
            return [attempt for _, attempt in newest_results(attempt_rows(connection, student, chapter))]

    def add(
        self,
        student: str,
        chapter: str,
        key: str,
        result: Result,
        *,
        submission: str | None = None,
        received_at: datetime | None = None,
        reason: str = "graded",
    ) -> int:
        """Add a result in one transaction, with a line in the audit log; return the number of the attempt.

        Args:
            result: what is kept.
            submission: hash of what was handed in; another one than the newest is a new attempt. The key by default.
            received_at: when it was handed in; now by default. An attempt keeps its first moment.
        """
        with self.database.writing() as connection:
            return add_result(
                connection, student, chapter, key, result, submission=submission, received_at=received_at, reason=reason
            ).number

    def with_id(self, identifier: int, student: str, chapter: str) -> Result | None:
        """Return one result, None where it is not the newest of this student in this chapter."""
        with self.database.reading() as connection:
            row = _newest(connection, student, chapter, results.c.record)
        return result_of(row.record) if row is not None and row.id == identifier else None

    def newest_id(self, connection: Connection, student: str, chapter: str, key: str) -> int | None:
        """Return the id of the newest result of a student in a chapter where it has this key, inside a transaction."""
        row = _newest(connection, student, chapter, results.c.key)
        return int(row.id) if row is not None and row.key == key else None

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()


def result_of(record: str) -> Result:
    """Return the result that a row keeps as JSON."""
    return Result.from_data(json.loads(record))


def _newest(connection: Connection, student: str, chapter: str, *columns: Column[Any]) -> Row[Any] | None:
    """Return the id and the named columns of the newest result of a student in a chapter."""
    mine = (results.c.student == student, results.c.chapter == chapter)
    query = select(results.c.id, *columns).where(*mine).order_by(*_NEWEST_FIRST).limit(1)
    return connection.execute(query).first()


class Added(NamedTuple):
    """A new row: its id, and the number of the attempt."""

    id: int
    number: int


def add_result(
    connection: Connection,
    student: str,
    chapter: str,
    key: str,
    result: Result,
    *,
    submission: str | None = None,
    received_at: datetime | None = None,
    reason: str = "graded",
    replaced: bool = False,
) -> Added:
    """Add a result, with a line in the audit log, inside a transaction; arguments: see `ResultStore.add`.

    A rejected one has no score: it is kept and shown, but is no attempt that could count.

    Args:
        replaced: The answer is one that a newer one replaced; graded again, it is the attempt that it was.
    """
    now = datetime.now(UTC)
    submission = submission or key
    lock(connection, zlib.crc32(f"{student}\0{chapter}".encode("utf-8", "surrogatepass")))
    before, place = _newest(connection, student, chapter, *_BEFORE), None
    if replaced:
        own = select(results.c.id, *_BEFORE).where(*_of(student, chapter), results.c.submission == submission)
        if known := connection.execute(own.order_by(*_NEWEST_FIRST).limit(1)).first():
            before = known
        else:
            place = _place_between(connection, student, chapter, received_at or now)
    same = before is not None and before.submission == submission
    if same and before is not None:
        number, place = before.number, before.place
    else:
        number = 1 + (
            connection.execute(select(func.max(results.c.number)).where(*_of(student, chapter))).scalar() or 0
        )
    score = None if result.status == "rejected" else result.score
    added = connection.execute(
        results.insert().values(
            student=student,
            chapter=chapter,
            key=key,
            record=json.dumps(result.to_data(), ensure_ascii=False),
            graded_at=now,
            submission=submission,
            number=number,
            received_at=before.received_at if before is not None and same else received_at or now,
            score=score,
            max_score=result.max_score,
            place=place,
        )
    )
    old = "" if before is None else _points(before.score, before.max_score)
    why = "graded again" if same and reason == "graded" else reason
    new = _points(score, result.max_score)
    add_audit(connection, [AuditEntry(now, actor_name(), "grade", student, chapter, old, new, why, key)])
    assert added.inserted_primary_key is not None
    return Added(int(added.inserted_primary_key[0]), int(number))


_BEFORE = tuple(results.c[name] for name in ("number", "submission", "received_at", "score", "max_score", "place"))


def _of(student: str, chapter: str) -> tuple[Any, Any]:
    return results.c.student == student, results.c.chapter == chapter


def _place_between(connection: Connection, student: str, chapter: str, came: datetime) -> float | None:
    """Return the place of an attempt that came before others that have a result already; None where it is the last."""
    query = select(_PLACE.label("place"), func.coalesce(_known_moment(), results.c.received_at).label("came"))
    last = 0.0
    for one in connection.execute(query.where(*_of(student, chapter)).order_by(_PLACE, results.c.id)):
        if one.came is not None and one.came > came:
            return (last + float(one.place)) / 2
        last = float(one.place)
    return None


def _points(score: float | None, max_score: float | None) -> str:
    return "rejected" if score is None else f"{score:g}/{max_score or 0:g}"


def attempt_rows(connection: Connection, student: str | None = None, chapter: str | None = None) -> Any:
    """Return rows of (student, chapter, number, received_at, score, max_score, key, digest), in the order in which the
    attempts came, newest result of each last.

    The moment is the one that is known now, see `handins`; else the one from when it was graded. The number is the one of
    the row: see `newest_results`.
    """
    columns = (
        results.c.student,
        results.c.chapter,
        results.c.number,
        func.coalesce(_known_moment(), results.c.received_at),
        results.c.score,
        results.c.max_score,
        results.c.key,
        results.c.submission,
    )
    query = select(*columns).where(results.c.number.is_not(None), results.c.score.is_not(None))
    if student is not None:
        query = query.where(results.c.student == student)
    if chapter is not None:
        query = query.where(results.c.chapter == chapter)
    query = query.order_by(results.c.student, results.c.chapter, _PLACE, results.c.id)
    return connection.execute(query, execution_options={"yield_per": 2000})


def _known_moment() -> Any:
    """Return the query of the moment that is known of a result's hand-in."""
    this = (results.c.student, results.c.chapter, results.c.submission)
    mine = [of == own for of, own in paired((handins.c.student, handins.c.chapter, handins.c.digest), this)]
    return select(handins.c.received_at).where(*mine).order_by(handins.c.id.desc()).limit(1).scalar_subquery()


def record_rows(connection: Connection) -> Any:
    """Return rows of (student, chapter, number, key, record as JSON), sorted by student, newest of an attempt last."""
    query = (
        select(results.c.student, results.c.chapter, results.c.number, results.c.key, results.c.record)
        .where(results.c.number.is_not(None), results.c.score.is_not(None))
        .order_by(results.c.student, results.c.chapter, results.c.number, results.c.id)
    )
    return connection.execute(query, execution_options={"yield_per": 500})


def newest_results(rows: Any) -> Sequence[tuple[str, Attempt]]:
    """Return one attempt for each number from sorted `attempt_rows`.

    Where one was placed before others that had a result already, the numbers follow the places.
    """
    found: dict[tuple[str, str, int], Attempt] = {}
    for student, chapter, number, at, score, max_score, key, digest in rows:
        found[student, chapter, number] = Attempt(chapter, number, at, score, max_score, key, digest or key)
    known = list(found.items())
    numbers = sorted(found)
    if [about for about, _ in known] == numbers:
        return [(student, attempt) for (student, _, _), attempt in known]
    return [
        (student, attempt._replace(number=number))
        for (_, _, number), ((student, _, _), attempt) in paired(numbers, known)
    ]


def graded_answers(connection: Connection) -> set[tuple[str, str, str]]:
    """Return (student, chapter, digest of what was handed in) of all that has a result with points."""
    query = (
        select(results.c.student, results.c.chapter, results.c.submission)
        .where(results.c.score.is_not(None))
        .distinct()
    )
    return {(row.student, row.chapter, row.submission) for row in connection.execute(query)}
