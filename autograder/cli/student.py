"""The verb with which students hand in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from autograder.cli.common import LanguageOption, UsageError, progress, say
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.submission import RawSubmission

NOT_STAFF = Text(zh="--received 只给助教用", en="--received is for teaching assistants")
NO_FOLDER = Text(
    zh="没有文件夹 {to}：请检查 --to，或者先连上班级的共享文件夹",
    en="there is no folder {to}: look at --to, or connect the class's shared folder first",
)
ALL_THE_SAME = Text(zh="照样提交吗？", en="Hand it in anyway?")
WITH_YES = Text(zh="没有提交；要照样提交，请加 --yes", en="not handed in; to hand it in anyway, add --yes")
RECEIPT = Text(
    zh="回执 ({moment}; SHA-256 证明内容，不证明时间)：{path}",
    en="receipt ({moment}; the SHA-256 sums prove the content, not the time): {path}",
)
TO_SEND = Text(
    zh="没有班级的共享文件夹时，把这一个文件交上去 (邮件、学习通、Moodle 都可以)：{path}",
    en="without a shared folder of the class, send this one file (by mail, Moodle or any other way): {path}",
)
WHEN = Text(
    zh="不知道 {student} 是什么时候交的，所以不扣分；知道的话：autograder received --student {student} --chapter {chapter} "
    "--at 时间 --why 原因",
    en="nobody knows when {student} handed this in, so nothing is taken off; if you do: autograder received --student {student} "
    "--chapter {chapter} --at TIME --why REASON",
)

SAYS_ANOTHER = Text(
    zh="笔记本里写的学号是 {said}，你交作业用的是 {who}：种子和你的数都由学号算出，写错了要改。",
    en="The notebook says that you are {said}, but you hand in as {who}. Your seed and your numbers are computed "
    "from the id, so correct the wrong one.",
)


def submit(
    chapter: Annotated[str, typer.Argument(help="The chapter, by the name of its folder.")],
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
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, whatever there is to be told.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Hand in a notebook or .py, with the weights file beside it (CHAPTER.safetensors); says beforehand what looks wrong."""
    from autograder.checkin.identity import is_class, refuse_another
    from autograder.cli.checkin import me
    from autograder.cli.checking import of_weights
    from autograder.cli.common import course_here
    from autograder.cli.failures import refused
    from autograder.course.wording import no_chapter
    from autograder.submission import Rejected
    from autograder.submission.handing_in import hand_in

    root, course, language = course_here(lang)
    if not is_class(root, course.staff):
        refuse_another(root, student)
        if received is not None:
            raise UsageError(NOT_STAFF)
    if to is not None and not to.is_dir():
        raise UsageError(NO_FOLDER.format(to=to))
    who, target, of_class = me(root, course, language, student, to)
    path = file or root / "assignments" / chapter / f"{chapter}.ipynb"
    if course.chapter(chapter) is None:
        raise UsageError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    if not of_class and target != root / "submitted" and not target.is_dir():
        raise UsageError(NO_FOLDER.format(to=target))
    limits = {"limit_mib": int(course.limits.submission_mib), "weights_limit_mib": int(course.limits.weights_mib)}
    try:
        if not of_class:
            _tell_beforehand(root, course, chapter, path, who, target, language, yes)
        folder = hand_in(path, chapter, who, target, **limits)
        if of_class:
            _note_moment(root, course, chapter, who, folder, received, language)
    except Rejected as rejection:
        progress(refused(path, rejection.reason, language))
        raise typer.Exit(1) from None
    for name in sorted(folder.iterdir()):
        say(f"✓ {name}")
    if said := of_weights(folder / chapter, chapter, who, language):
        say(said)
    if not of_class and course.checkins:
        _note_hand_in(root, course, chapter, who, target, folder, language)
    if not of_class:
        _give_receipt(root, course, chapter, who, target, folder, language)


def _unreadable_weights(raw: RawSubmission) -> Text | None:
    """Return why the grader will not be able to read the weights file; None where it will, or where there is none."""
    import numpy as np

    from autograder.checks.accuracy import UNREADABLE
    from autograder.sandbox.child.weights import UnreadableWeights, read_weights

    if raw.weights is None or raw.weights_name is None:
        return None
    try:
        read_weights(np.frombuffer(raw.weights, np.uint8), raw.weights_name.lower().endswith(".pdparams"))
    except UnreadableWeights as error:
        return UNREADABLE[error.reason](name=raw.weights_name, detail=error.detail)
    return None


def _tell_beforehand(
    root: Path, course: Course, chapter: str, path: Path, who: str, target: Path, language: Language, yes: bool
) -> None:
    """Say what a student should know before they hand in; ask, where it is most likely a mistake."""
    import sys

    from autograder.checks.suite import KitError, public_kit
    from autograder.cli.checkin import own_service
    from autograder.handin.remarks import Remark, remarks_on, signs_in_course
    from autograder.store.place import own_folder
    from autograder.submission.files import Place
    from autograder.submission.intake import take
    from autograder.submission.receipts import receipts_of
    from autograder.submission.said_id import ids_said, others_among

    try:
        suite = public_kit(root, chapter)
    except KitError:  # a folder with no more than course.yml: what is handed in is not looked at
        return
    with own_service(root, course, who, target) as service:
        now = service.clock()
        due = next(one.due for one in service.summary(who).chapters if one.chapter == chapter)
    earlier = [one for one in receipts_of(own_folder(root), who) if one.chapter == chapter]
    raw = take(Place.of(path), chapter)
    for said in others_among(ids_said(raw.content), who):
        say(f"! {SAYS_ANOTHER.format(said=said, who=who).to(language)}")
    found = list(remarks_on(raw, suite.chapter, course, signs_in_course(root), due, now, earlier))
    if suite.chapter.accuracy and (why := _unreadable_weights(raw)):
        found.append(Remark(why, serious=True))
    for one in found:
        say(f"! {one.said.to(language)}")
    if yes or not any(one.serious for one in found):
        return
    if sys.stdin.isatty():
        typer.confirm(ALL_THE_SAME.to(language), abort=True)
    elif any(one.refused for one in found):
        progress(WITH_YES.to(language))
        raise typer.Exit(1)


def _give_receipt(
    root: Path, course: Course, chapter: str, who: str, target: Path, folder: Path, language: Language
) -> None:
    """Keep a receipt of what was handed in and print it; where no class's folder is known, make the file to hand in."""
    from autograder.checkin.travelling import RECORD_NAME
    from autograder.checkin.weeks import utc_now
    from autograder.checkin.wording import shown_moment
    from autograder.store.place import own_folder
    from autograder.submission.receipts import keep_receipt, packed, receipt_for, receipts_of

    receipt = receipt_for(who, chapter, folder, utc_now().astimezone(course.zone))
    before = [one for one in receipts_of(own_folder(root), who) if one.chapter == chapter]
    if before and before[-1].files == receipt.files:
        receipt = before[-1]  # the same answer once more keeps its time
    kept = keep_receipt(own_folder(root), receipt)
    say(RECEIPT.format(moment=shown_moment(receipt.moment, course.zone), path=kept).to(language))
    for name, digest in receipt.files.items():
        say(f"  {digest}  {name}")
    if target == root / "submitted":
        made = packed(receipt, folder, [folder.parent / RECORD_NAME], Path.cwd())
        say(TO_SEND.format(path=made).to(language))


def _note_moment(
    root: Path, course: Course, chapter: str, student: str, folder: Path, received: str | None, language: Language
) -> None:
    """Store when something came that a TA hands in for a student: by their word, else unknown, never the time of now."""
    from datetime import UTC, datetime

    from autograder.checkin.decisions import moment_from
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
    from autograder.cli.checkin import WAITS, export, own_service
    from autograder.submission.files import Place
    from autograder.submission.intake import take

    digest = take(Place.of(folder), chapter).digest.removeprefix("sha256:")[:16]
    with own_service(root, course, student, target) as service:
        outcome, _ = service.submission(student, chapter, f"{HANDED_IN}{digest}", service.clock())
        summary = service.summary(student)
        notes = any(piece.kind == "note" for piece in summary.ledger.checkins)
        if summary.ledger.actions or notes or (folder.parent / RECORD_NAME).exists():
            export(service, student, target, language)
    week = course.week(outcome.checkin.week) if isinstance(outcome, Accepted) else None
    if week is not None and proof_of(course, week).proof != "note":
        points = proof_of(course, week).points
        say(WAITS.format(week=week.week, points=points, unit="point" if points == 1 else "points").to(language))
