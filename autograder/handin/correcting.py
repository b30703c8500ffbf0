"""A TA says when a hand-in came: it holds from then on, and the check-in of the week follows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from autograder.checkin.desk import Desk
from autograder.checkin.office import moment_from
from autograder.course import Course
from autograder.course.wording import no_chapter
from autograder.errors import AutograderError
from autograder.grading.counting import counting_of, counting_said
from autograder.handin.placing import Shelf
from autograder.store.audit import actor_name
from autograder.store.handins import Received, keep_moment, moment_of_answer, said_moment
from autograder.store.results import ResultStore
from autograder.store.tables import results
from autograder.text import Text

NOTHING = Text(
    zh="{student} 的 {chapter} 什么也没有交 (或没有第 {attempt} 次)",
    en="{student} handed in nothing for {chapter} (or has no attempt {attempt})",
)
NO_WHY = Text(zh="请写 --why: 原因会留在审计日志里", en="say why with --why: it stays in the audit log")
FUTURE = Text(zh="{at} 还没有到", en="{at} is in the future")
DONE = Text(
    zh="✓ {student} {chapter}: {new} (以前: {old})",
    en="✓ {student} {chapter}: {new} (it was: {old})",
)


class CorrectionError(AutograderError):
    """A correction about nothing."""


def correct(
    root: Path,
    course: Course,
    store: ResultStore,
    student: str,
    chapter: str,
    at: str,
    why: str,
    attempt: int | None = None,
) -> list[Text]:
    """Store when a hand-in came; return what to say. attempt: its number, None for the newest; raises `CorrectionError`."""
    if course.chapter(chapter) is None:
        raise CorrectionError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    if not why.strip():
        raise CorrectionError(NO_WHY)
    now, moment = datetime.now(UTC), moment_from(at, course)
    if moment > now:
        raise CorrectionError(FUTURE.format(at=at))
    actor = actor_name()
    with store.database.writing() as connection:
        digest, key, score = _answer(connection, student, chapter, attempt)
        if (
            digest is None
            and attempt is None
            and (lying := Shelf(root, course, store.database, actor).lies_there(student, chapter))
        ):
            digest = lying[0]
        if digest is None:
            raise CorrectionError(NOTHING.format(student=student, chapter=chapter, attempt=attempt or "…"))
        known = moment_of_answer(connection, student, chapter, digest)
        given = Received(student, chapter, digest, moment, "correction", now, actor, reason=why)
        keep_moment(connection, given)
    if key and score is not None:  # the week in which it counts may be another one now
        Desk(course, store.database).submission(student, chapter, score, key, moment)
    old = said_moment(known.moment, known.source) if known else "—"
    new = said_moment(moment.astimezone(course.zone), "correction")
    lines = [DONE.format(student=student, chapter=chapter, new=new, old=old)]
    counts = counting_of(course, store, student, chapter)
    said = counting_said(counts) if counts.attempts else None
    return [*lines, *([said] if said else [])]


def _answer(
    connection: Connection, student: str, chapter: str, attempt: int | None
) -> tuple[str | None, str, float | None]:
    """Return the digest, the key of the result and the points of an attempt, of the newest by default."""
    query = select(results.c.submission, results.c.key, results.c.score)
    query = query.where(results.c.student == student, results.c.chapter == chapter, results.c.score.is_not(None))
    if attempt is not None:
        query = query.where(results.c.number == attempt)
    row = connection.execute(query.order_by(results.c.number.desc(), results.c.id.desc()).limit(1)).first()
    return (row.submission, row.key, row.score) if row is not None else (None, "", None)
