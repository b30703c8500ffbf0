"""Verbs for TAs: reminders, certificates, backup."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import JsonOption, LanguageOption, chosen_language, class_desk
from autograder.text import Text

if TYPE_CHECKING:
    from autograder.checkin.reminders import Reminder, Sent

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
OUTCOMES = {
    "sent": Text(zh="已发送", en="sent"),
    "before": Text(zh="以前发过", en="sent before"),
    "no address": Text(zh="没有邮箱", en="no address"),
    "failed": Text(zh="失败", en="failed"),
}


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

    with class_desk() as (_, course, desk, database):
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
    with class_desk() as (_, course, desk, database):
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

    with class_desk() as (_, course, _desk, database):
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
    from autograder.store.backup import database_file, keep_audit
    from autograder.store.backup import restore as put_back
    from autograder.store.database import Database, class_url
    from autograder.store.records import AuditEntry

    root = find_course(Path.cwd())
    url, now = class_url(root), datetime.now(UTC)
    kept = database_file(url).with_name(f"{database_file(url).name}.before-{now:%Y%m%dT%H%M%S}")
    put_back(url, file, kept)
    with Database(url) as database, database.writing() as connection:
        keep_audit(connection, kept)  # what was changed since the backup stays known
        add_audit(connection, [AuditEntry(now, actor_name(), "restore", new=file.name[:200])])
    print(RESTORED.to(chosen_language(lang, load_course(root).language)).format(kept=kept))
