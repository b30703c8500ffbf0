"""A TA chooses which attempt counts: it holds by every policy of course.yml, until it is taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from autograder.course import Course
from autograder.course.wording import no_chapter
from autograder.grading.attempt_choice import choice_for, choice_said
from autograder.handin.correcting import NO_WHY, CorrectionError, attempt_of
from autograder.store.audit import actor_name
from autograder.store.checkins import add_actions
from autograder.store.records import CHOSEN, Action
from autograder.store.results import ResultStore
from autograder.text import Text
from autograder.untrusted.outside import storable

NO_ATTEMPT = Text(
    zh="{student} 的 {chapter} 没有第 {attempt} 次评过分的提交；有：{known}",
    en="{student} has no graded attempt {attempt} of {chapter}; there are: {known}",
)
NONE = Text(zh="一次也没有", en="none")
DONE = Text(
    zh="✓ {student} {chapter}: {before:g} -> {after:g} 分", en="✓ {student} {chapter}: {before:g} -> {after:g} points"
)


def choose(
    course: Course, store: ResultStore, student: str, chapter: str, attempt: int, why: str, *, revoke: bool = False
) -> list[Text]:
    """Store which attempt counts, or with `revoke` that the policy decides again; return what to say.

    Raises:
        CorrectionError: Where there is no such attempt, or no reason is given.
    """
    if course.chapter(chapter) is None:
        raise CorrectionError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    if not why.strip():
        raise CorrectionError(NO_WHY)
    found = attempt_of(store, student, chapter, attempt)
    if found is None:
        numbers = [str(one.number) for one in store.attempts(student, chapter)]
        known = Text(zh=", ".join(numbers), en=", ".join(numbers)) if numbers else NONE
        raise CorrectionError(NO_ATTEMPT.format(student=student, chapter=chapter, attempt=attempt, known=known))
    before = choice_for(course, store, student, chapter).points
    value = CHOSEN.format(number=found.number, digest=found.digest)
    given = Action("choose", actor_name(), datetime.now(UTC), storable(why.strip()), student, chapter=chapter)
    with store.database.writing() as connection:
        add_actions(connection, [Action(**{**vars(given), "value": value, "active": not revoke})])
    now = choice_for(course, store, student, chapter)
    said = choice_said(now)
    done = DONE.format(student=student, chapter=chapter, before=before, after=now.points)
    return [done, *([said] if said else [])]
