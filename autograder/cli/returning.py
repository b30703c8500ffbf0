"""The verb for TAs that gives points back to a learning platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import LanguageOption, UsageError, class_here, progress, say, say_json, tell_overwritten
from autograder.cli.screen import heading_said, totals_said
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.grading.attempt_choice import Graded
    from autograder.handin.feedback_zip import Pages
    from autograder.handin.gradebooks import Gradebook
    from autograder.handin.matching import ClassList
    from autograder.handin.returning import Filled, Platform, State
    from autograder.store.handins import Received

MAX_SHOWN = 40  # of one state
STATES: dict[State, Text] = {
    "filled": Text(zh="填好", en="filled"),
    "unchanged": Text(zh="不变", en="unchanged"),
    "nothing": Text(zh="没有分", en="no points"),
    "unknown": Text(zh="不在名单里", en="unknown"),
    "locked": Text(zh="锁定", en="locked"),
    "out_of_range": Text(zh="超出范围", en="out of range"),
    "excused": Text(zh="免除", en="excused"),
    "left_out": Text(zh="不计入总分", en="left out of the total"),
    "short": Text(zh="行不完整", en="row too short"),
    "double": Text(zh="重复的行", en="doubled row"),
    "no_row": Text(zh="表里没有", en="not in the table"),
}
ONE_OF_TWO = Text(zh="请给出 --moodle 文件 或 --canvas 文件，二者之一", en="give either --moodle FILE or --canvas FILE")
SAME_FILE = Text(zh="-o 是读入的那个文件；请换一个名字", en="-o is the file that is read; give another name")
NO_TABLE = Text(
    zh="{file}: 读不出表格 ({why})；要平台下载的 CSV 原件，不要另存过的",
    en="{file}: no table can be read in it ({why}); it must be the CSV file as the platform gave it",
)
WRITTEN = Text(zh="{path}: 填了 {count} 行", en="{path}: rows filled: {count}")
PAGES = Text(zh="{path}: {count} 份反馈", en="{path}: {count} pages of feedback")
NO_PAGE = Text(
    zh="{count} 人没有反馈页：{who}；先 autograder feedback {chapter}",
    en="no page of feedback for {count}: {who}; first: autograder feedback {chapter}",
)
BY_HAND = Text(
    zh="{count} 份反馈平台认不出是谁的 (作业不是在平台上交的，或者表里没有这个人)，放在 {path} 里，请用邮件等方式发：{who}",
    en="the platform cannot tell whose {count} pages these are (handed in elsewhere, or no row in the table); they are in {path}, to "
    "be sent by mail or another way: {who}",
)
UNMARKED = Text(zh="{count} 人的书面题还没有评分：{who}", en="written answers of {count} have no mark yet: {who}")


def return_(
    chapter: Annotated[str, typer.Option(help="The chapter's id.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The filled table to write.")],
    moodle: Annotated[Path | None, typer.Option(help="Moodle's grading worksheet (CSV), as downloaded.")] = None,
    canvas: Annotated[Path | None, typer.Option(help="Canvas's gradebook (CSV), as exported.")] = None,
    column: Annotated[
        str | None, typer.Option(help="Canvas: the title of the column, where it is not the chapter's.")
    ] = None,
    scale: Annotated[bool, typer.Option("--scale", help="Convert to the table's maximum.")] = False,
    feedback: Annotated[
        Path | None, typer.Option(help="Also write the zip of feedback pages that the platform takes back.")
    ] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write what became of each row as JSON; - is standard output.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Fill Moodle's worksheet or Canvas's gradebook with the points that count; every other byte stays as it is."""
    from autograder.course.wording import no_chapter
    from autograder.handin.feedback_zip import write_feedback_zip
    from autograder.handin.returning import LOOK, fill, numbers_of, origins
    from autograder.untrusted.outside import json_text
    from autograder.writing import unfinished

    root, course, language = class_here(lang)
    if course.chapter(chapter) is None:
        raise UsageError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    if (moodle is None) == (canvas is None):
        raise UsageError(ONE_OF_TWO)
    platform: Platform = "moodle" if moodle else "canvas"
    table = moodle or canvas
    assert table is not None
    if out.exists() and out.samefile(table):
        raise UsageError(SAME_FILE)
    students, given, came, unmarked = _class(root, course, chapter)
    known = origins(came, course.zone, platform)
    book = _table(table, platform, students, numbers_of(known), root, chapter, column)
    content, rows = fill(book, given, platform, course.language, scale=scale)
    with unfinished(out) as beside:
        beside.write_bytes(content)
    listed = students.students
    names = {who: listed[who].name if who in listed else "" for who in (str(one.result.student) for one in given)}
    made = write_feedback_zip(feedback, root, chapter, book.lines, known, platform, names) if feedback else None
    _keep_audit(root, chapter, out, sum(row.state == "filled" for row in rows))
    if json_file == "-":
        say_json([row.record(language) for row in rows])
    else:
        _tell(rows, out, language)
        if json_file:
            Path(json_file).write_text(json_text([row.record(language) for row in rows]) + "\n", "utf-8")
    if made and feedback:
        _tell_pages(feedback, made, given, chapter, language, quiet=json_file == "-")
    if unmarked:
        progress(f"! {UNMARKED.format(count=len(unmarked), who=_some(unmarked)).to(language)}")
    raise typer.Exit(1 if unmarked or any(row.state in LOOK for row in rows) else 0)


def _class(
    root: Path, course: Course, chapter: str
) -> tuple[ClassList, list[Graded], dict[tuple[str, str, str], Received], list[str]]:
    """Return the class list, the results of a chapter with what counts, when each came, and who lacks marks."""
    from autograder.checkin.weeks import utc_now
    from autograder.grading.attempt_choice import audit_points, class_results
    from autograder.handin.matching import ClassList
    from autograder.store.handins import moments
    from autograder.store.marks import log_marks, without_marks
    from autograder.store.results import ResultStore
    from autograder.store.roster import class_list

    store = ResultStore.in_course(root)
    try:
        log_marks(store.database, utc_now())
        tell_overwritten(store.database, utc_now(), course.language)
        audit_points(course, store)
        given = [one for one in class_results(course, store) if one.result.chapter == chapter]
        with store.database.reading() as connection:
            students = ClassList(class_list(connection).values())
            return students, given, moments(connection, chapter=chapter), without_marks(connection, chapter)
    finally:
        store.close()


def _table(
    path: Path,
    platform: Platform,
    students: ClassList,
    numbers: dict[str, str],
    root: Path,
    chapter: str,
    column: str | None,
) -> Gradebook:
    from autograder.checks.suite import KitError
    from autograder.grading.classroom import kit_of
    from autograder.handin.cells import CellsError, read_cells
    from autograder.handin.gradebooks import canvas_gradebook, moodle_sheet
    from autograder.handin.matching import plain

    try:
        cells = read_cells(path.read_bytes())
    except CellsError as error:
        raise UsageError(NO_TABLE.format(file=path, why=error)) from error
    if platform == "moodle":
        return moodle_sheet(cells, path.name, students, numbers)
    names = {plain(chapter)}
    with suppress(KitError):  # not built here: its title is not known
        names |= {plain(name) for name in kit_of(root, chapter).chapter.title.record().values()}
    return canvas_gradebook(cells, path.name, students, numbers, lambda text: plain(text) in names, column, chapter)


def _keep_audit(root: Path, chapter: str, out: Path, count: int) -> None:
    from autograder.checkin.weeks import utc_now
    from autograder.store.audit import actor_name, add_audit
    from autograder.store.opening import class_database
    from autograder.store.records import AuditEntry
    from autograder.untrusted.outside import storable

    with class_database(root) as database, database.writing() as connection:
        new = storable(f"{count} -> {out.name}")[:200]
        add_audit(connection, [AuditEntry(utc_now(), actor_name(), "return", "", chapter, "", new)])


def _tell(rows: Sequence[Filled], out: Path, language: Language) -> None:
    counts = Counter(row.state for row in rows)
    say(totals_said(STATES, counts, language))
    for state in STATES:
        own = [row for row in rows if row.state == state and row.why and state not in ("unchanged", "nothing")]
        if own:
            say(heading_said(STATES[state], language))
        for row in own[:MAX_SHOWN]:
            why = row.why.to(language) if row.why else ""
            say("  " + "  ".join(part for part in (row.student or "", row.name, why) if part))
        if len(own) > MAX_SHOWN:
            say(f"  … {len(own) - MAX_SHOWN}")
    say(WRITTEN.format(path=out, count=counts["filled"]).to(language))


def _tell_pages(
    path: Path, made: Pages, given: Sequence[Graded], chapter: str, language: Language, *, quiet: bool
) -> None:
    graded = {one.result.student for one in given}
    lacking = [student for student in made.lacking if student in graded]
    if not quiet:
        say(PAGES.format(path=path, count=made.sent).to(language))
    if made.by_hand:
        count, who = len(made.by_hand), _some(made.by_hand)
        progress(f"! {BY_HAND.format(path=made.beside, count=count, who=who).to(language)}")
    if lacking:
        progress(f"! {NO_PAGE.format(count=len(lacking), who=_some(lacking), chapter=chapter).to(language)}")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
