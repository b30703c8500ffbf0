"""The verb with which students hand in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autograder.cli.common import LanguageOption, UsageError, progress, say
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course

NOT_STAFF = Text(zh="--received 只给助教用", en="--received is for teaching assistants")
WHEN = Text(
    zh="不知道 {student} 是什么时候交的, 所以不扣分; 知道的话: autograder received --student {student} --chapter {chapter} "
    "--at 时间 --why 原因",
    en="nobody knows when {student} handed this in, so nothing is taken off; if you do: autograder received --student {student} "
    "--chapter {chapter} --at TIME --why REASON",
)


def submit(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as lenet.")],
    file: Annotated[
        Path | None, typer.Argument(help="Notebook or .py; assignments/CHAPTER/CHAPTER.ipynb by default.")
    ] = None,
    student: Annotated[
        str | None, typer.Option(help="Your student id; AUTOGRADER_STUDENT or .autograder/me.yml by default.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="The class's folder; submitted/ of this course by default.")] = None,
    received: Annotated[
        str | None, typer.Option(help="For TAs, who hand in for a student: when it came, 2026-10-11T20:00.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Hand in a notebook or .py, with the weights file beside it (CHAPTER.safetensors)."""
    from autograder.checkin.identity import is_class, refuse_another
    from autograder.cli.checkin import me
    from autograder.cli.common import course_here
    from autograder.course.wording import no_chapter
    from autograder.submission import Rejected
    from autograder.submission.handing_in import hand_in

    root, course, language = course_here(lang)
    if not is_class(root, course.staff):
        refuse_another(root, student)
        if received is not None:
            raise UsageError(NOT_STAFF)
    who, target, of_class = me(root, course, language, student, to)
    path = file or root / "assignments" / chapter / f"{chapter}.ipynb"
    if course.chapter(chapter) is None:
        raise UsageError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    limits = {"limit_mib": int(course.limits.submission_mib), "weights_limit_mib": int(course.limits.weights_mib)}
    try:
        folder = hand_in(path, chapter, who, target, **limits)
        if of_class:
            _note_moment(root, course, chapter, who, folder, received, language)
    except Rejected as rejection:
        progress(f"{path}: {rejection.reason.to(language)}")
        raise typer.Exit(1) from None
    for name in sorted(folder.iterdir()):
        say(f"✓ {name}")
    if said := _of_weights(folder / chapter, chapter, who, language):
        say(said)
    if not of_class and course.checkins:
        _note_hand_in(root, course, chapter, who, target, folder, language)


def _note_moment(
    root: Path, course: Course, chapter: str, student: str, folder: Path, received: str | None, language: Language
) -> None:
    """Store when something came that a TA hands in for a student: by their word, else unknown, never the time of now."""
    from datetime import UTC, datetime

    from autograder.checkin.office import moment_from
    from autograder.handin.placing import Shelf
    from autograder.store.audit import actor_name
    from autograder.store.handins import Received
    from autograder.store.opening import class_database

    moment = moment_from(received, course) if received else None
    with class_database(root) as database:
        shelf = Shelf(root, course, database, actor_name())
        lying = (
            shelf.lies_there(student, chapter) if folder.parent.parent.resolve() == shelf.submitted.resolve() else None
        )
        if lying is not None:
            source: Literal["option", "unknown"] = "option" if moment else "unknown"
            shelf.note(Received(student, chapter, lying[0], moment, source, datetime.now(UTC), shelf.actor))
            if moment is None:
                progress(WHEN.format(student=student, chapter=chapter).to(language))


def _note_hand_in(
    root: Path, course: Course, chapter: str, student: str, target: Path, folder: Path, language: Language
) -> None:
    """Keep on a student's machine that they handed in, and send their notes along; a class learns it by grading."""
    from autograder.checkin.rules import Accepted
    from autograder.checkin.status import HANDED_IN
    from autograder.checkin.travelling import RECORD_NAME
    from autograder.checkin.weeks import proof_of
    from autograder.cli.checkin import WAITS, export, own_desk
    from autograder.submission.files import Place
    from autograder.submission.intake import take

    digest = take(Place.of(folder), chapter).digest.removeprefix("sha256:")[:16]
    with own_desk(root, course, student, target) as desk:
        outcome, _ = desk.submission(student, chapter, f"{HANDED_IN}{digest}", desk.clock())
        summary = desk.summary(student)
        notes = any(piece.kind == "note" for piece in summary.ledger.checkins)
        if summary.ledger.actions or notes or (folder.parent / RECORD_NAME).exists():
            export(desk, student, target, language)
    week = course.week(outcome.checkin.week) if isinstance(outcome, Accepted) else None
    if week is not None and proof_of(course, week).proof != "note":
        points = proof_of(course, week).points
        say(WAITS.format(week=week.week, points=points, unit="point" if points == 1 else "points").to(language))
