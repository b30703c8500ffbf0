"""Verbs for TAs: the class at a glance, and what they decide."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import LanguageOption, chosen_language
from autograder.text import Text

if TYPE_CHECKING:
    from autograder.checkin.class_file import Changes, ClassFile
    from autograder.checkin.desk import Desk
    from autograder.checkin.office import Office
    from autograder.checkin.record import RosterLine
    from autograder.checkin.reminders import Reminder, Sent
    from autograder.course import Course
    from autograder.store.database import Database
    from autograder.store.records import AuditEntry, Student

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit log.")]
RevokeOption = Annotated[bool, typer.Option("--revoke", help="Take it back; the log keeps both.")]
BeyondOption = Annotated[bool, typer.Option("--beyond", help="Grant it beyond what the course allows.")]

WRITTEN = Text(zh="{path}: {count} 名学生", en="{path}: {count} students")
STORED = Text(zh="✓ 已记录 {count} 项", en="✓ stored: {count}")
HELD = Text(zh="已经是这样, 没有改动", en="that holds already, nothing changed")
PREVIEW = Text(
    zh="{encoding}: 新增 {added}, 修改 {changed}, 不变 {same}, 离班 {gone}",
    en="{encoding}: {added} new, {changed} changed, {same} as before, {gone} left",
)
BAD_ROW = Text(zh="第 {line} 行: {message}", en="line {line}: {message}")
NOT_IMPORTED = Text(zh="有 {count} 行不对, 什么也没有导入", en="{count} bad rows; nothing was imported")
ASK = Text(zh="导入吗?", en="Import this?")
SAY_YES = Text(zh="以上是预览; 加 --yes 才导入", en="this is a preview; add --yes to import")
NO_OPEN_WEEK = Text(zh="现在没有开放的打卡周", en="no week is open now")
ALL_DONE = Text(zh="第 {week} 周没有人缺", en="nobody lacks week {week}")
CERTIFIED = Text(zh="✓ {student}: {path} ({id})", en="✓ {student}: {path} ({id})")
LACKING = Text(zh="✗ {student}: {why}", en="✗ {student}: {why}")
GENUINE = Text(
    zh="✓ 证书有效: {name} ({student}), {course}, 打卡 {weeks:.0f}%, {points:.1f} 分, {date}",
    en="✓ genuine: {name} ({student}), {course}, {weeks:.0f} % of the weeks, {points:.1f} points, {date}",
)
FORGED = Text(zh="✗ 没有这个编号的证书", en="✗ there is no certificate with this id")
BACKED_UP = Text(zh="✓ {path}: {size:.1f} MiB", en="✓ {path}: {size:.1f} MiB")
RESTORED = Text(zh="✓ 已恢复; 原来的在 {kept}", en="✓ restored; what was there before is in {kept}")
NOTES = Text(zh="✓ 新的打卡说明: {count}", en="✓ new notes: {count}")
OUTCOMES = {
    "sent": Text(zh="已发送", en="sent"),
    "before": Text(zh="以前发过", en="sent before"),
    "no address": Text(zh="没有邮箱", en="no address"),
    "failed": Text(zh="失败", en="failed"),
}


@contextmanager
def _class_desk() -> Iterator[tuple[Path, Course, Desk, Database]]:
    """Open the class's database of the course around the working folder."""
    from autograder.checkin.desk import Desk
    from autograder.course import find_course, load_course
    from autograder.store.database import Database, class_url

    root = find_course(Path.cwd())
    course = load_course(root)
    with Database(class_url(root)) as database:
        yield root, course, Desk(course, database), database


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
    from autograder.checkin.record import ORDERS, ordered, roster_line, roster_record
    from autograder.grading.export import write_roster

    if sort not in ORDERS:
        raise typer.BadParameter(f"--sort is one of: {', '.join(ORDERS)}")
    with _class_desk() as (_, course, desk, _database):
        language, now = chosen_language(lang, course.language), desk.clock()

        def wanted(line: RosterLine) -> bool:
            return (
                (everybody or line.active)
                and (not at_risk or bool(line.at_risk))
                and group in (None, line.group)
                and (match is None or match in line.student or match in line.name)
            )

        lines = [line for one in desk.summaries() if wanted(line := roster_line(course, one, now, language))]
    lines = ordered(lines, sort)
    if csv_file is not None:
        write_roster(csv_file, course, lines, language)
        print(WRITTEN.to(language).format(path=csv_file, count=len(lines)))
    elif as_json:
        print(json.dumps([roster_record(course, line) for line in lines], ensure_ascii=False, indent=1))
    else:
        from rich.text import Text as Line

        from autograder.cli.course_map import class_map, console

        console().print(Line("\n").join(class_map(course, lines, language, points=points)))


def import_roster(
    file: Annotated[Path, typer.Argument(help="CSV with 学号/id and, if you like, 姓名/name, 邮箱/email, 班级/group.")],
    yes: Annotated[bool, typer.Option("--yes", help="Import without asking.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="Who is not in the file has left the class.")] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Read the class list from a CSV file in UTF-8 or GBK; shows what will change, and each bad row."""
    from autograder.checkin.class_file import changes, read_class_file, to_store
    from autograder.store.audit import actor_name
    from autograder.store.roster import change_class_list, class_list

    try:
        content = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    found = read_class_file(content)
    with _class_desk() as (_, course, desk, database):
        language = chosen_language(lang, course.language)
        with database.reading() as connection:
            preview = changes(found, class_list(connection), complete=complete)
        if as_json:
            print(json.dumps(_preview_record(found, preview), ensure_ascii=False, indent=1))
        else:
            for row in found.bad:
                print(BAD_ROW.to(language).format(line=row.line, message=row.message), file=sys.stderr)
            _print_preview(found, preview, language)
        if found.bad:
            print(NOT_IMPORTED.to(language).format(count=len(found.bad)), file=sys.stderr)
            raise typer.Exit(1)
        if not yes and not sys.stdin.isatty():
            print(SAY_YES.to(language), file=sys.stderr)
            return
        if yes or typer.confirm(ASK.to(language)):
            with database.writing() as connection:
                count = change_class_list(connection, to_store(preview), desk.clock(), actor_name())
            if not as_json:
                print(STORED.to(language).format(count=count))


def _print_preview(file: ClassFile, preview: Changes, language: str) -> None:
    from autograder.cli.course_map import harmless_text

    counts = {name: len(getattr(preview, name)) for name in ("added", "changed", "gone")}
    said = PREVIEW.zh if language == "zh" else PREVIEW.en
    print(said.format(encoding=file.encoding, same=preview.same, **counts))
    shown: list[tuple[str, Student, Student | None]] = [("+", one, None) for one in preview.added[:10]]
    shown += [("~", after, before) for before, after in preview.changed[:50]]
    shown += [("-", one, None) for one in preview.gone[:50]]
    for mark, student, before in shown:
        parts = " | ".join(part for part in (student.name, student.email, student.group) if part)
        was = " | ".join(part for part in (before.name, before.email, before.group) if part) if before else ""
        print(harmless_text(f"  {mark} {student.id}  {was + '  ->  ' if was else ''}{parts}"))
    if len(preview.added) > 10:
        print(f"  + … {len(preview.added) - 10}")


def _preview_record(file: ClassFile, preview: Changes) -> dict[str, object]:
    return {
        "encoding": file.encoding,
        "added": [student.id for student in preview.added],
        "changed": [after.id for _, after in preview.changed],
        "gone": [student.id for student in preview.gone],
        "same": preview.same,
        "bad": [{"line": row.line, "message": row.message} for row in file.bad],
    }


def import_notes(lang: LanguageOption = None) -> None:
    """Take the check-in notes that lie in submitted/<student>/checkins.json; `grade` does it too."""
    from autograder.cli.common import import_notes as take

    with _class_desk() as (root, course, _, database):
        print(NOTES.to(chosen_language(lang, course.language)).format(count=take(root, course, database)))


@contextmanager
def _office(lang: str | None) -> Iterator[tuple[Office, Course]]:
    from autograder.checkin.office import Office
    from autograder.store.audit import actor_name

    with _class_desk() as (_, course, desk, database):
        chosen_language(lang, course.language)
        yield Office(course, database, actor_name(), desk.clock), course


def _stored(count: int, course: Course, lang: str | None) -> None:
    language = chosen_language(lang, course.language)
    print(STORED.to(language).format(count=count) if count else HELD.to(language))


def leave(
    student: Annotated[str, typer.Argument(help="The student's id.")],
    weeks: Annotated[str, typer.Option("--weeks", help="3 or 3-5 or 2,4-6.")],
    reason: ReasonOption,
    revoke: RevokeOption = False,
    beyond: BeyondOption = False,
    lang: LanguageOption = None,
) -> None:
    """Put a student on leave for some weeks (请假): they pause the streak and do not count."""
    from autograder.checkin.office import week_numbers

    with _office(lang) as (office, course):
        count = office.leave(student, week_numbers(weeks), reason, revoke=revoke, beyond=beyond)
        _stored(count, course, lang)


def makeup(
    student: Annotated[str, typer.Argument(help="The student's id.")],
    week: Annotated[int, typer.Option(help="The week.")],
    reason: ReasonOption,
    revoke: RevokeOption = False,
    beyond: BeyondOption = False,
    lang: LanguageOption = None,
) -> None:
    """Approve a make-up of a week (补卡); flagged, never equal to on time."""
    with _office(lang) as (office, course):
        _stored(office.makeup(student, week, reason, revoke=revoke, beyond=beyond), course, lang)


def excuse(
    student: Annotated[str, typer.Argument(help="The student's id.")],
    week: Annotated[int, typer.Option(help="The week.")],
    reason: ReasonOption,
    revoke: RevokeOption = False,
    lang: LanguageOption = None,
) -> None:
    """Excuse a student for one week: it does not count for him."""
    with _office(lang) as (office, course):
        _stored(office.excuse(student, week, reason, revoke=revoke), course, lang)


def reopen(
    reason: ReasonOption,
    until: Annotated[
        str, typer.Option(help="The new deadline: 2026-10-11 or 2026-10-11T20:00, in the course's zone.")
    ] = "",
    week: Annotated[int | None, typer.Option(help="The week.")] = None,
    chapter: Annotated[str | None, typer.Option(help="The chapter, in place of a week.")] = None,
    student: Annotated[str | None, typer.Option(help="Only for this student; for all by default.")] = None,
    revoke: RevokeOption = False,
    lang: LanguageOption = None,
) -> None:
    """Give a week, or a chapter, a later deadline for one student or for all."""
    from autograder.checkin.office import moment_from

    with _office(lang) as (office, course):
        moment = moment_from(until, course) if until else None
        count = office.reopen(moment, reason, week=week, chapter=chapter, student=student, revoke=revoke)
        _stored(count, course, lang)


def audit(
    student: Annotated[str | None, typer.Option(help="Only about this student.")] = None,
    what: Annotated[str | None, typer.Option(help="Only this: grade, roster, leave, makeup, reopen, ...")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many lines, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show the audit log: who changed what for whom, when and why; grades too."""
    from autograder.store.audit import audit_entries

    with _class_desk() as (_, course, _desk, database), database.reading() as connection:
        entries = list(audit_entries(connection, student, what, limit))
    if as_json:
        print(json.dumps([_audit_record(entry) for entry in entries], ensure_ascii=False, indent=1))
        return
    from autograder.checkin.wording import shown_moment
    from autograder.cli.course_map import harmless_text

    for entry in entries:
        change = " -> ".join(part for part in (entry.old, entry.new) if part)
        about = " ".join(part for part in (entry.student, entry.target) if part)
        when = shown_moment(entry.at, course.zone)
        print(
            harmless_text(
                f"{when}  {entry.actor}  {entry.what}  {about}  {change}  {entry.reason} {entry.key[:19]}"
            ).rstrip()
        )


def _audit_record(entry: AuditEntry) -> dict[str, str]:
    names = ("at", "actor", "what", "student", "target", "old", "new", "reason", "key")
    return {name: entry.at.isoformat() if name == "at" else getattr(entry, name) for name in names}


def remind(
    mail: Annotated[bool, typer.Option("--mail", help="Send mails; without it only print.")] = False,
    smtp: Annotated[
        str | None, typer.Option(help="smtp://user:password@host:587 or smtps://…; AUTOGRADER_SMTP by default.")
    ] = None,
    sender: Annotated[str | None, typer.Option("--from", help="The sender; AUTOGRADER_MAIL_FROM by default.")] = None,
    week: Annotated[int | None, typer.Option(help="The week; the open one by default.")] = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show who has not checked in for the open week, or send them a mail; never twice the same."""
    from autograder.checkin.reminders import due_reminders, mail_server, mail_settings, send_all
    from autograder.checkin.weeks import open_week
    from autograder.store.audit import actor_name
    from autograder.store.ledgers import for_everybody

    with _class_desk() as (_, course, desk, database):
        language = chosen_language(lang, course.language)
        with database.reading() as connection:
            found = open_week(course, desk.clock(), for_everybody(connection))
        number = week if week is not None else found.week if found else None
        if number is None:
            print(NO_OPEN_WEEK.to(language))
            return
        reminders = list(due_reminders(desk.summaries(), number))
        if not mail:
            _print_reminders(reminders, number, as_json, language)
            return
        server_url, address = mail_settings(smtp, sender)
        with mail_server(server_url) as server:
            sent = list(send_all(course, database, reminders, server, address, actor_name(), language, desk.clock))
        _print_sent(sent, as_json, language)


def _print_reminders(reminders: list[Reminder], week: int, as_json: bool, language: str) -> None:
    from autograder.cli.course_map import harmless_text

    if as_json:
        lines = [
            {"student": one.student.id, "name": one.student.name, "email": one.student.email, "week": one.week}
            for one in reminders
        ]
        print(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    for one in reminders:
        print(harmless_text(f"{one.student.id}  {one.student.name}  {one.student.email}").rstrip())
    if not reminders:
        print((ALL_DONE.zh if language == "zh" else ALL_DONE.en).format(week=week))


def _print_sent(sent: list[Sent], as_json: bool, language: str) -> None:
    if as_json:
        lines = [{"student": s.reminder.student.id, "outcome": s.outcome, "detail": s.detail} for s in sent]
        print(json.dumps(lines, ensure_ascii=False, indent=1))
    else:
        for one in sent:
            said = OUTCOMES[one.outcome].zh if language == "zh" else OUTCOMES[one.outcome].en
            print(f"{one.reminder.student.id}  {one.reminder.student.email}  {said} {one.detail}".rstrip())
    if any(one.outcome == "failed" for one in sent):
        raise typer.Exit(1)


def certificate(
    students: Annotated[list[str] | None, typer.Argument(help="Ids; everybody who has earned one by default.")] = None,
    folder: Annotated[Path, typer.Option("--to", help="Where the PDF files go.")] = Path("certificates"),
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Write certificates as PDF, with an id that verify-certificate confirms; exit code 1 where one is not earned."""
    from autograder.checkin.certificate import issue, missing
    from autograder.checkin.diploma import certificate_pdf
    from autograder.store.audit import actor_name

    outcomes: list[dict[str, object]] = []
    with _class_desk() as (_, course, desk, database):
        language = chosen_language(lang, course.language)
        summaries = [desk.summary(name) for name in students] if students else list(desk.summaries())
        for summary in summaries:
            student = summary.student
            lacking = [text.to(language) for text in missing(course, summary)]
            if lacking:
                if students:
                    outcomes.append({"student": student.id, "id": None, "missing": lacking})
                continue
            given = issue(course, database, summary, actor_name(), desk.clock())
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{student.id}-{language}.pdf"
            path.write_bytes(certificate_pdf(course, given, course.zone, language))
            outcomes.append({"student": student.id, "id": given.id, "path": str(path), "missing": []})
    if as_json:
        print(json.dumps(outcomes, ensure_ascii=False, indent=1))
    else:
        for one in outcomes:
            text = CERTIFIED if one["id"] else LACKING
            print(text.to(language).format(**{**one, "why": "; ".join(map(str, one["missing"]))}))  # type: ignore[call-overload]
    if any(one["id"] is None for one in outcomes):
        raise typer.Exit(1)


def verify_certificate(
    certificate_id: Annotated[str, typer.Argument(metavar="ID", help="The id on the certificate.")],
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Confirm a certificate from the database; exit code 1 where there is none with this id."""
    from autograder.checkin.certificate import verified

    with _class_desk() as (_, course, _desk, database):
        language = chosen_language(lang, course.language)
        found = verified(database, certificate_id)
    if as_json:
        known = found and {
            "id": found.id,
            "student": found.student,
            "name": found.name,
            "course": found.course,
            "weeks_percent": found.weeks_percent,
            "points": found.points,
            "given_at": found.at.isoformat(),
        }
        print(json.dumps({"genuine": found is not None, "certificate": known}, ensure_ascii=False, indent=1))
    elif found:
        date = found.at.astimezone(course.zone).strftime("%Y-%m-%d")
        values = {"weeks": found.weeks_percent, "points": found.points, "date": date}
        print(GENUINE.to(language).format(name=found.name, student=found.student, course=found.course, **values))
    else:
        print(FORGED.to(language), file=sys.stderr)
    if found is None:
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    lang: LanguageOption = None,
) -> None:
    """Copy the class's database (SQLite) while it is in use; for PostgreSQL use pg_dump."""
    from autograder.course import find_course, load_course
    from autograder.store.backup import backup as make
    from autograder.store.database import class_url

    root = find_course(Path.cwd())
    size = make(class_url(root), file)
    print(BACKED_UP.to(chosen_language(lang, load_course(root).language)).format(path=file, size=size / (1 << 20)))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote.")],
    lang: LanguageOption = None,
) -> None:
    """Put a backup in the place of the class's database; what was there before is kept beside it."""
    from datetime import UTC, datetime

    from autograder.course import find_course, load_course
    from autograder.store.audit import actor_name, add_audit
    from autograder.store.backup import database_file
    from autograder.store.backup import restore as put_back
    from autograder.store.database import Database, class_url
    from autograder.store.records import AuditEntry

    root = find_course(Path.cwd())
    url, now = class_url(root), datetime.now(UTC)
    kept = database_file(url).with_name(f"{database_file(url).name}.before-{now:%Y%m%dT%H%M%S}")
    put_back(url, file, kept)
    with Database(url) as database, database.writing() as connection:
        add_audit(connection, [AuditEntry(now, actor_name(), "restore", new=file.name[:200])])
    print(RESTORED.to(chosen_language(lang, load_course(root).language)).format(kept=kept))
