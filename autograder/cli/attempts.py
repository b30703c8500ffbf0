"""Verbs for TAs: when a hand-in came, and which attempt counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import LanguageOption, class_here, progress, say
from autograder.text import Language

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.store.results import ResultStore

StudentOption = Annotated[str, typer.Option(help="The student's id.")]
ChapterOption = Annotated[str, typer.Option(help="The chapter's id.")]
WhyOption = Annotated[str, typer.Option(help="Why; it stands in the audit log.")]


@contextmanager
def results_of_class(
    lang: str | None, *chapters: str, tell: bool = True
) -> Iterator[tuple[Path, Course, ResultStore, Language]]:
    """Open the class's results; what counts otherwise afterwards goes into the audit log and into the gradebook."""
    from autograder.grading.attempt_choice import audit_points
    from autograder.grading.points import bring_points
    from autograder.store.results import ResultStore

    root, course, language = class_here(lang, tell=tell)
    store = ResultStore.in_course(root)
    try:
        yield root, course, store, language
        audit_points(course, store)
        for problem in bring_points(root, course, store, chapters):
            progress(f"! {problem.to(language)}")
    finally:
        store.close()


def received(
    student: StudentOption,
    chapter: ChapterOption,
    at: Annotated[str, typer.Option(help="When it came: 2026-10-11T20:00, in the course's zone.")],
    why: WhyOption,
    attempt: Annotated[int | None, typer.Option(min=1, help="Which attempt; the newest by default.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Correct when a hand-in came; what is taken off for lateness follows at once."""
    from autograder.handin.correcting import correct

    with results_of_class(lang, chapter) as (root, course, store, language):
        for line in correct(root, course, store, student, chapter, at, why, attempt):
            say(line.to(language))


def choose(
    student: StudentOption,
    chapter: ChapterOption,
    attempt: Annotated[int, typer.Option(min=1, help="The number of the attempt that counts from now on.")],
    why: WhyOption,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take it back: course.yml decides again.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Choose which attempt of a student counts; the student reads on the page of feedback that it was chosen, and why."""
    from autograder.handin.choosing import choose as store_choice

    with results_of_class(lang, chapter) as (_, course, store, language):
        for line in store_choice(course, store, student, chapter, attempt, why, revoke=revoke):
            say(line.to(language))
