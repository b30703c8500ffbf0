"""Verbs for TAs: the class at a glance, what they decide, and the log of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from autograder.cli.common import (
    JsonOption,
    LanguageOption,
    UsageError,
    chosen_language,
    class_service,
    progress,
    say,
    say_json,
)
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checkin.class_file import Changes, ClassFile
    from autograder.checkin.decisions import Decided, StaffDecisions
    from autograder.checkin.record import RosterLine
    from autograder.course import Course
    from autograder.store.records import AuditEntry, Student

ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit log.")]
RevokeOption = Annotated[bool, typer.Option("--revoke", help="Take it back; the log keeps both.")]
StudentArgument = Annotated[Optional[str], typer.Argument(help="The student's id.")]
EverybodyOption = Annotated[bool, typer.Option("--all", help="The whole class, for a typhoon week.")]
BeyondOption = Annotated[bool, typer.Option("--beyond", help="Grant it beyond what the course allows.")]

WRITTEN = Text(zh="{path}: {count} 名学生", en="{path}: {count} students")
STORED = Text(zh="✓ 已记录 {count} 项", en="✓ stored: {count}")
IDLE = Text(zh="  第 {week} 周已经是{status}，保持不变", en="  week {week} is {status} already and stays as it is")
WHOM = Text(zh="请写学号，或者 --all (全班)，二者之一", en="name a student, or give --all for the whole class")
HELD = Text(zh="已经是这样，没有改动", en="that holds already, nothing changed")
PREVIEW = Text(
    zh="{encoding}: 新增 {added}，修改 {changed}，不变 {same}，离班 {gone}",
    en="{encoding}: {added} new, {changed} changed, {same} as before, {gone} left",
)
NOT_READ = Text(
    zh="没有读的列：{headings} (认识的列：学号，姓名，邮箱，班级，加入周)",
    en="columns not read: {headings} (known are: id, name, email, group, joined)",
)
UNPLACED = Text(
    zh="{count} 名新学生没有加入周：他们以前的周都算缺卡；加一列 加入周 就不算",
    en="{count} new students without a joined week: all weeks before count as missed; a column `joined` leaves them out",
)
BAD_ROW = Text(zh="第 {line} 行：{message}", en="line {line}: {message}")
NOT_IMPORTED = Text(zh="有 {count} 行不对，什么也没有导入", en="{count} bad rows; nothing was imported")
ASK = Text(zh="导入吗？", en="Import this?")
SAY_YES = Text(zh="以上是预览；加 --yes 才导入", en="this is a preview; add --yes to import")
ORDER = Text(zh="--sort 可以是：{orders}", en="--sort is one of: {orders}")
NONE_REFUSED = Text(zh="没有不算数的说明", en="every note counts")
NOTES = Text(zh="✓ 新的打卡说明：{count}", en="✓ new notes: {count}")


def roster(
    at_risk: Annotated[bool, typer.Option("--at-risk", help="Only who is at risk.")] = False,
    group: Annotated[str | None, typer.Option(help="Only this group (班级).")] = None,
    match: Annotated[str | None, typer.Option(help="Only ids and names that hold this text.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Also who has left the class.")] = False,
    sort: Annotated[str, typer.Option(help="risk, id, name, group, completion, points or streak.")] = "risk",
    points: Annotated[bool, typer.Option("--points", help="Also the points of each chapter.")] = False,
    csv_file: Annotated[Path | None, typer.Option("--csv", help="Write a CSV file that Excel opens.")] = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show the class: student x week, who is at risk and why on top."""
    from autograder.checkin.answering import queue
    from autograder.checkin.record import ORDERS, ordered, roster_line, roster_record
    from autograder.checkin.requests import waiting_line
    from autograder.grading.export import write_roster

    if sort not in ORDERS:
        raise UsageError(ORDER.format(orders=", ".join(ORDERS)))
    with class_service(lang) as (_, course, service, database):
        language, now = chosen_language(lang, course.language, course.languages), service.clock()

        def wanted(line: RosterLine) -> bool:
            return (
                (everybody or line.active)
                and (not at_risk or bool(line.at_risk))
                and group in (None, line.group)
                and (match is None or match in line.student or match in line.name)
            )

        lines = [line for one in service.summaries() if wanted(line := roster_line(course, one, now, language))]
        waiting = queue(database)
    lines = ordered(lines, sort)
    if csv_file is not None:
        write_roster(csv_file, course, lines, language)
        say(WRITTEN.to(language).format(path=csv_file, count=len(lines)))
    elif as_json:
        say_json([roster_record(course, line) for line in lines])
    else:
        from rich.text import Text as Line

        from autograder.cli.course_map import class_map, console

        shown = console()
        width = shown.width if shown.is_terminal else None  # a file or a pipe keeps a student on one line
        shown.print(Line("\n").join(class_map(course, lines, language, points=points, width=width)))
        if waiting:
            say(waiting_line(waiting).to(language))


def import_roster(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or .xlsx with 学号/id and, if you like, 姓名/name, 邮箱/email, 班级/group, 加入周/joined."
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Import without asking.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="Who is not in the file has left the class.")] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Read the class list from a CSV (UTF-8 or GBK) or .xlsx file; shows what will change, and each bad row."""
    from autograder.checkin.class_file import changes, read_class_file, to_store
    from autograder.store.audit import actor_name
    from autograder.store.roster import change_class_list, class_list

    found = read_class_file(file.read_bytes())
    with class_service(lang) as (_, course, service, database):
        language = chosen_language(lang, course.language, course.languages)
        with database.reading() as connection:
            preview = changes(found, class_list(connection), complete=complete)
        if as_json:
            say_json(_preview_record(found, preview, language))
        else:
            for row in found.bad:
                progress(BAD_ROW.to(language).format(line=row.line, message=row.message.to(language)))
            _print_preview(found, preview, language)
        if found.bad:
            progress(NOT_IMPORTED.to(language).format(count=len(found.bad)))
            raise typer.Exit(1)
        if not yes and not sys.stdin.isatty():
            progress(SAY_YES.to(language))
            return
        if yes or typer.confirm(ASK.to(language)):
            with database.writing() as connection:
                count = change_class_list(connection, to_store(preview), service.clock(), actor_name())
            if not as_json:
                say(STORED.to(language).format(count=count))


def _parts(student: Student) -> str:
    joined = f"≥ {student.joined}" if student.joined else ""
    return " | ".join(part for part in (student.name, student.email, student.group, joined) if part)


def _print_preview(file: ClassFile, preview: Changes, language: Language) -> None:
    from autograder.untrusted.outside import one_line

    counts = {name: len(getattr(preview, name)) for name in ("added", "changed", "gone")}
    said = PREVIEW.zh if language == "zh" else PREVIEW.en
    say(said.format(encoding=file.encoding, same=preview.same, **counts))
    if file.unknown:
        say(one_line(NOT_READ.format(headings=", ".join(file.unknown)).to(language)))
    if preview.unplaced:
        say(UNPLACED.format(count=preview.unplaced).to(language))
    shown: list[tuple[str, Student, Student | None]] = [("+", one, None) for one in preview.added[:10]]
    shown += [("~", after, before) for before, after in preview.changed[:50]]
    shown += [("-", one, None) for one in preview.gone[:50]]
    for mark, student, before in shown:
        was = _parts(before) if before else ""
        say(one_line(f"  {mark} {student.id}  {was + '  ->  ' if was else ''}{_parts(student)}"))
    if len(preview.added) > 10:
        say(f"  + … {len(preview.added) - 10}")


def _preview_record(file: ClassFile, preview: Changes, language: Language) -> dict[str, object]:
    return {
        "encoding": file.encoding,
        "added": [student.id for student in preview.added],
        "changed": [after.id for _, after in preview.changed],
        "gone": [student.id for student in preview.gone],
        "same": preview.same,
        "unread_columns": list(file.unknown),
        "bad": [{"line": row.line, "message": row.message.to(language)} for row in file.bad],
    }


def import_notes(
    refused: Annotated[bool, typer.Option("--refused", help="Only list the notes that do not count, and why.")] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Take the check-in notes that lie in submitted/<student>/checkins.json, as `grade` does; name what does not count."""
    from autograder.checkin.arrivals import refusal_record, told
    from autograder.cli.common import import_notes as take
    from autograder.store.notices import refusals_of
    from autograder.store.roster import class_list
    from autograder.untrusted.outside import one_line

    with class_service(lang) as (root, course, _, database):
        language = chosen_language(lang, course.language, course.languages)
        count = 0 if refused else take(root, course, database, language)
        if not refused and not as_json:
            say(NOTES.to(language).format(count=count))
            return
        with database.reading() as connection:
            found = refusals_of(connection)
            names = {one.id: one.name for one in class_list(connection).values()}
            lines = [one_line(line.to(language)) for line in told(found, names, connection)]
    if as_json:
        rows = [refusal_record(one, names, language) for one in found]
        say_json({"new": count, "refused": rows})
        return
    for line in lines:
        say(line)
    if not lines:
        say(NONE_REFUSED.to(language))


@contextmanager
def decisions_here(lang: str | None) -> Iterator[tuple[StaffDecisions, Course]]:
    from autograder.checkin.decisions import StaffDecisions
    from autograder.store.audit import actor_name

    with class_service(lang) as (_, course, service, database):
        chosen_language(lang, course.language, course.languages)
        yield StaffDecisions(course, database, actor_name(), service.clock), course


def stored(decided: Decided, decisions: StaffDecisions, student: str | None, lang: str | None) -> None:
    """Say what became of a decision, and for whom: namesakes and mistyped ids are seen."""
    from autograder.checkin.wording import STATUS_WORDS
    from autograder.untrusted.outside import one_line

    language = chosen_language(lang, decisions.course.language, decisions.course.languages)
    if student is not None:
        say(one_line(f"{student} {decisions.name_of(student)}".rstrip()))
    say(STORED.to(language).format(count=decided.count) if decided.count else HELD.to(language))
    for one in decided.idle:
        say(IDLE.format(week=one.week, status=STATUS_WORDS[one.status]).to(language))


def student_or_all(student: str | None, everybody: bool) -> str | None:
    """Return the student of a decision, None for the whole class; it must be one of the two."""
    if (student is None) != everybody:
        raise UsageError(WHOM)
    return student


def leave(
    weeks: Annotated[str, typer.Option("--weeks", help="3 or 3-5 or 2,4-6.")],
    reason: ReasonOption,
    student: StudentArgument = None,
    everybody: EverybodyOption = False,
    revoke: RevokeOption = False,
    beyond: BeyondOption = False,
    lang: LanguageOption = None,
) -> None:
    """Put a student, or the whole class, on leave for some weeks (请假): they pause the streak and do not count."""
    from autograder.checkin.weeks import week_numbers

    with decisions_here(lang) as (decisions, _):
        whom = student_or_all(student, everybody)
        stored(decisions.leave(whom, week_numbers(weeks), reason, revoke=revoke, beyond=beyond), decisions, whom, lang)


def makeup(
    student: Annotated[str, typer.Argument(help="The student's id.")],
    week: Annotated[int, typer.Option(help="The week.")],
    reason: ReasonOption,
    revoke: RevokeOption = False,
    beyond: BeyondOption = False,
    lang: LanguageOption = None,
) -> None:
    """Approve a make-up of a week (补卡); flagged, never equal to on time."""
    with decisions_here(lang) as (decisions, _):
        stored(decisions.makeup(student, week, reason, revoke=revoke, beyond=beyond), decisions, student, lang)


def void(
    student: Annotated[str, typer.Argument(help="The student's id.")],
    week: Annotated[str, typer.Option(help="3 or 3-5 or 2,4-6.")],
    reason: ReasonOption,
    revoke: RevokeOption = False,
    lang: LanguageOption = None,
) -> None:
    """Take a student's check-in of a week back (作废); what they do for it later may count again."""
    from autograder.checkin.weeks import week_numbers

    with decisions_here(lang) as (decisions, _):
        stored(decisions.void(student, week_numbers(week), reason, revoke=revoke), decisions, student, lang)


def audit(
    student: Annotated[str | None, typer.Option(help="Only about this student.")] = None,
    what: Annotated[str | None, typer.Option(help="Only this: grade, roster, leave, makeup, reopen, ...")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many lines, newest first.")] = 50,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show the audit log: who changed what for whom, when and why; grades too."""
    from autograder.store.audit import audit_entries

    with class_service(lang) as (_, course, _desk, database), database.reading() as connection:
        language = chosen_language(lang, course.language, course.languages)
        entries = list(audit_entries(connection, student, what, limit))
    if as_json:
        say_json([_audit_record(entry) for entry in entries])
        return
    from autograder.checkin.audit_wording import audit_line
    from autograder.untrusted.outside import one_line

    for entry in entries:
        say(one_line(audit_line(entry, course.zone, language)))


def _audit_record(entry: AuditEntry) -> dict[str, str]:
    names = ("at", "actor", "what", "student", "target", "old", "new", "reason", "key")
    return {name: entry.at.isoformat() if name == "at" else getattr(entry, name) for name in names}
