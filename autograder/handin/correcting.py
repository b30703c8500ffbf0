"""A TA says when a hand-in came: it holds from then on, and the check-in of the week follows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from autograder.checkin.decisions import moment_from
from autograder.checkin.service import CheckInService
from autograder.course import Course
from autograder.course.wording import no_chapter
from autograder.errors import AutograderError
from autograder.grading.attempt_choice import choice_for, choice_said
from autograder.handin.placing import Shelf
from autograder.store.audit import actor_name
from autograder.store.handins import Received, keep_moment, moment_of_answer, said_moment
from autograder.store.records import Attempt
from autograder.store.results import ResultStore
from autograder.text import Text

NOTHING = Text(
    zh="{student} 的 {chapter} 什么也没有交 (或没有第 {attempt} 次)",
    en="{student} handed in nothing for {chapter} (or has no attempt {attempt})",
)
NO_WHY = Text(zh="请写 --why: 原因会留在审计日志里", en="say why with --why: it stays in the audit log")
FUTURE = Text(zh="{at} 还没有到", en="{at} is in the future")
DONE = Text(
    zh="✓ {student} {chapter}: {new} (以前：{old})",
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
    """Store when a hand-in came; return what to say.

    Args:
        attempt: Its number, None for the newest; raises `CorrectionError`.
    """
    if course.chapter(chapter) is None:
        raise CorrectionError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    if not why.strip():
        raise CorrectionError(NO_WHY)
    now, moment = datetime.now(UTC), moment_from(at, course)
    if moment > now:
        raise CorrectionError(FUTURE.format(at=at))
    actor = actor_name()
    of_attempt = attempt_of(store, student, chapter, attempt)
    digest = of_attempt.digest if of_attempt else None
    with store.database.writing() as connection:
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
    if of_attempt:  # the week in which it counts may be another one now
        CheckInService(course, store.database).submission(student, chapter, of_attempt.points, of_attempt.key, moment)
    old = said_moment(known.moment, known.source) if known else "—"
    new = said_moment(moment.astimezone(course.zone), "correction")
    lines = [DONE.format(student=student, chapter=chapter, new=new, old=old)]
    later = choice_for(course, store, student, chapter)
    said = choice_said(later) if later.attempts else None
    return [*lines, *([said] if said else [])]


def attempt_of(store: ResultStore, student: str, chapter: str, number: int | None) -> Attempt | None:
    """Return an attempt by its number, the newest without one; None where there is none."""
    found = [one for one in store.attempts(student, chapter) if number in (None, one.number)]
    return found[-1] if found else None
