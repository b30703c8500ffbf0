"""Verbs for students: check, hint, submit."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autograder.cli.common import JsonOption, LanguageOption, UsageError, chosen_language, progress, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checks.kit import Kit
    from autograder.course import Course
    from autograder.sandbox.box import Box
    from autograder.sandbox.plain import PlainBox
    from autograder.sandbox.warm import Zygote

NO_TASK = Text(zh="{chapter} 没有任务 {task!r}; 有: {known}", en="{chapter} has no task {task!r}; it has: {known}")
NOT_STAFF = Text(zh="--received 只给助教用", en="--received is for teaching assistants")
WHEN = Text(
    zh="不知道 {student} 是什么时候交的, 所以不扣分; 知道的话: autograder received --student {student} --chapter {chapter} "
    "--at 时间 --why 原因",
    en="nobody knows when {student} handed this in, so nothing is taken off; if you do: autograder received --student {student} "
    "--chapter {chapter} --at TIME --why REASON",
)


def check(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as lenet.")],
    file: Annotated[
        Path | None, typer.Argument(help="Notebook or .py; assignments/CHAPTER/CHAPTER.ipynb by default.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file is saved; Ctrl-C ends (exit code 0).")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check your own answer by the public checks; exit code 1 while something fails."""
    begun = None
    if sys.platform == "linux":
        from autograder.sandbox.box import begun_zygote

        begun = begun_zygote()  # it warms up while this process imports and reads
    from autograder.checks.kit import public_kit
    from autograder.cli.building import stale_chapters, warn_stale
    from autograder.course import find_course

    root = find_course(Path.cwd())
    kit = public_kit(root, chapter)
    path = file or root / "assignments" / chapter / f"{chapter}.ipynb"
    language = chosen_language(lang, kit.language)
    warn_stale(stale_chapters(root, [chapter]), language)
    box = _box_for_own_code(begun)
    if not watch:
        raise typer.Exit(0 if _check_once(kit, path, box, language, as_json) else 1)
    # One box for all: it warms up once, and a Ctrl-C does not get lost where one is taken down.
    with contextlib.suppress(KeyboardInterrupt):
        for _ in _saves(path):
            _check_once(kit, path, box, language, as_json)
            say("")


def _box_for_own_code(begun: Zygote | None) -> Box | PlainBox:
    """Return a box where there is one; one's own code on one's own machine needs none, and may have all its cores."""
    import os
    from dataclasses import replace

    from autograder.sandbox.plain import PlainBox
    from autograder.sandbox.session import BoxError

    if sys.platform != "linux":
        return PlainBox()
    from autograder.sandbox.box import default_box

    try:
        box = default_box(begun=begun)
    except BoxError:
        return PlainBox()
    return replace(box, threads=os.cpu_count() or 1)


def _check_once(kit: Kit, path: Path, box: Box | PlainBox, language: Language, as_json: bool) -> bool:
    from autograder.checks.kit import later_lines
    from autograder.grading.answer import DIED, understood
    from autograder.grading.grade import grade
    from autograder.grading.render import Renderer, shown_lines, text_of
    from autograder.limited import TIME_ALONE, WorkDied
    from autograder.submission import Rejected, take
    from autograder.submission.files import Place

    try:
        raw = take(Place.of(path), kit.chapter.id, limits=TIME_ALONE)
        result = grade(kit, raw, box, answer=understood(kit, raw, limits=TIME_ALONE))
    except Rejected as rejection:
        progress(f"{path}: {rejection.reason.to(language)}")
        return False
    except WorkDied as death:
        progress(f"{path}: {DIED.format(error=death).to(language)}")
        return False
    if as_json:
        say_json([Renderer(lambda _: kit).to_json(result, language)])
    else:
        for told in result.repairs:
            say(f"! {text_of(told).to(language)}")
        say(*(part for line in shown_lines(result.findings, kit, language) for part in line.split("\n")))
        say(*later_lines(kit, None, language))
        if said := _of_weights(path, kit.chapter.id, None, language):
            say(said)
    return not result.failed


def _of_weights(path: Path, chapter: str, student: str | None, language: Language) -> str | None:
    """Return what is to be said of the weights beside a notebook: whose seed they were trained with, see `own`."""
    from autograder.course import find_course
    from autograder.own import said_of_weights, whose

    own = whose(find_course(Path.cwd()), student)
    names = (path.with_suffix(".safetensors"), path.with_name(f"{chapter}.safetensors"))
    return said_of_weights(own, chapter, next((one for one in names if one.is_file()), names[1]), language)


def _saves(path: Path) -> Iterator[None]:
    """Yield at once, and then each time the file at `path` has been saved, also while the last yield was at work."""
    import time

    def stamp() -> tuple[int, int] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    before: tuple[int, int] | None = (0, 0)
    while True:
        if (now := stamp()) != before:
            before = now
            yield
        time.sleep(0.5)


def hint(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as lenet.")],
    task: Annotated[str | None, typer.Argument(help="The task; all by default.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Show the hints of a task: what its checks look at, the hidden ones too."""
    from autograder.checks.kit import later_lines, public_kit
    from autograder.course import find_course

    kit = public_kit(find_course(Path.cwd()), chapter)
    language = chosen_language(lang, kit.language)
    tasks = [entry for entry in kit.chapter.tasks if task in (None, entry.id)]
    if not tasks:
        known = ", ".join(entry.id for entry in kit.chapter.tasks)
        raise UsageError(NO_TASK.format(chapter=chapter, task=task, known=known))
    for entry in tasks:
        say(f"{entry.id}  {entry.title.to(language)}  ({entry.points:g})")
        if entry.hint:
            say(f"  {entry.hint.to(language)}")
        for one in entry.checks:
            if one.hint:
                say(f"  {one.id}: {one.hint.to(language)}")
        say(*later_lines(kit, {entry.id}, language))


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
