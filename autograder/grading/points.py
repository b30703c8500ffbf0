"""Points in nbgrader's gradebook are those of the results: brought there by a sync that may run at any time, and again.

A file says that results may be ahead of the gradebook. It is there from before the first of them until all points are
written, so whatever ends a command, Ctrl-C or the machine, the next one writes them first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.checkin.weeks import utc_now
from autograder.checks.suite import KitError
from autograder.course import Course
from autograder.grading.attempt_choice import chosen_results, class_results
from autograder.grading.attempts import kept_path, shown_or_why
from autograder.grading.classroom import kit_of
from autograder.grading.gradebook import Suggested, record_points
from autograder.grading.marking import settle_marks, suggestions_said
from autograder.grading.render import Renderer
from autograder.store.alone import alone
from autograder.store.marks import log_marks
from autograder.store.results import ResultStore
from autograder.text import Text

PENDING = Path(".autograder") / "points-pending"
UNWRITTEN = Text(
    zh="{student} {chapter}: 已评分，但分数没能写进成绩册：{why}",
    en="{student} {chapter}: graded, but the points are not in the gradebook: {why}",
)


def mark_pending(root: Path) -> Path:
    """Make the file that says that points may have changed, and return it."""
    mark = root / PENDING
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    return mark


def sync_points(
    root: Path, course: Course, store: ResultStore, renderer: Renderer, chapters: Collection[str] | None = None
) -> list[Text]:
    """Bring points that count, and marks that belong to them, into the gradebook; return a line for each that could not
    be.

    Args:
        chapters: Only these; None: all.
    """
    mark = mark_pending(root)
    problems: list[Text] = []
    for dates in course.chapters:
        if chapters is None or dates.id in chapters:
            problems += _sync_chapter(root, course, store, renderer, dates.id)
    if not problems:
        mark.unlink()
    return problems


def _sync_chapter(root: Path, course: Course, store: ResultStore, renderer: Renderer, name: str) -> list[Text]:
    try:
        chapter = kit_of(root, name).chapter
    except KitError:
        return []  # it was never built, or is not any more: nothing of it can be shown
    students = [str(one.student) for one in store.all_current() if one.chapter == name and one.student]
    settle_marks(root, store, chapter, students, utc_now())
    newest = [one for one in class_results(course, store) if one.result.chapter == name]
    given = chosen_results(store, newest)
    suggested: Suggested = {}
    failed = record_points(root, chapter, given, suggested) if given else {}
    problems = [UNWRITTEN.format(student=student, chapter=name, why=why) for student, why in failed.items()]
    for one in newest:  # once all marks are where they belong, another attempt may count
        said = suggestions_said(suggested.get(str(one.result.student), {}))
        if kept_path(root, one.result.student, name, one.result.key).is_file():
            with alone(f"{one.result.student} {name}", problems.append):
                why = shown_or_why(root, store, one, renderer, course.language, utc_now(), said, course.languages)
                problems += [why] if why else []
    return problems


def sync_pending(root: Path, course: Course, store: ResultStore, renderer: Renderer) -> list[Text]:
    """Do the same for all chapters where an earlier command could not."""
    return sync_points(root, course, store, renderer) if (root / PENDING).is_file() else []


@contextmanager
def points_follow(
    root: Path,
    course: Course,
    store: ResultStore,
    renderer: Renderer,
    chapters: Collection[str],
    problems: list[Text],
) -> Iterator[None]:
    """Bring points into the gradebook behind what is done inside, also where that is interrupted."""
    earlier = sync_pending(root, course, store, renderer)
    mark_pending(root)
    try:
        yield
    finally:
        log_marks(store.database, utc_now())
        problems += [*earlier, *sync_points(root, course, store, renderer, chapters)]
        if earlier:
            mark_pending(root)


def bring_points(root: Path, course: Course, store: ResultStore, chapters: Collection[str]) -> list[Text]:
    """Bring points into the gradebook at once after a decision about these chapters; return what could not be brought."""
    problems: list[Text] = []
    with points_follow(root, course, store, Renderer.of_course(root), chapters, problems):
        pass
    return problems
