"""Verbs for TAs about who has not checked in: monday for the week that ended, remind for the one that is open."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from autograder.cli.common import JsonOption, LanguageOption, chosen_language, class_service, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checkin.monday import Monday
    from autograder.checkin.reminders import Due, Reminder, Sent
    from autograder.checkin.service import CheckInService
    from autograder.course import Course

MailOption = Annotated[bool, typer.Option("--mail", help="Send mails; without it only print.")]
SmtpOption = Annotated[
    Optional[str],
    typer.Option("--smtp", help="smtp://user:password@host:587 or smtps://…; AUTOGRADER_SMTP by default."),
]
SenderOption = Annotated[Optional[str], typer.Option("--from", help="The sender; AUTOGRADER_MAIL_FROM by default.")]
GroupOption = Annotated[Optional[str], typer.Option(help="Only this group (班级).")]

NO_OPEN_WEEK = Text(zh="现在没有开放的打卡周", en="no week is open now")
HEAD = Text(
    zh="第 {week} 周，截止 {due}：{of} 人中 {count} 人还没有打卡",
    en="week {week}, due {due}: {count} of {of} have not checked in yet",
)
HEAD_LATE = Text(
    zh="第 {week} 周，{due} 前仍算迟到：{of} 人中 {count} 人还没有打卡",
    en="week {week}, late until {due}: {count} of {of} have not checked in yet",
)
ENDED = Text(zh="第 {week} 周，{due} 截止", en="Week {week}, over since {due}")
PUBLIC = Text(zh="发到班级群 (不含姓名)", en="For the class's chat (no names)")
PRIVATE = Text(
    zh="逐个联系：{count} 人 (含姓名，不要发到群里)", en="One by one: {count} (with names, not for the chat)"
)
WHY = Text(zh="  原因：{why}", en="  why: {why}")
SAY = Text(zh="  可以发：{sentence}", en="  to send: {sentence}")
OUTCOMES = {
    "sent": Text(zh="已发送", en="sent"),
    "before": Text(zh="以前发过", en="sent before"),
    "no address": Text(zh="没有邮箱", en="no address"),
    "failed": Text(zh="失败", en="failed"),
}


def monday(
    mail: MailOption = False,
    smtp: SmtpOption = None,
    sender: SenderOption = None,
    week: Annotated[int | None, typer.Option(help="A week that is over; the last one by default.")] = None,
    group: GroupOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Say how the week that just ended went: a text without names for the class's chat, and a sentence for each student."""
    from autograder.checkin.answering import queue
    from autograder.checkin.monday import monday as gathered
    from autograder.checkin.reminders import monday_reminders
    from autograder.checkin.requests import request_record, waiting_line
    from autograder.store.ledgers import for_everybody
    from autograder.store.notices import refusals_of

    with class_service(lang) as (_, course, service, database):
        language, now = chosen_language(lang, course.language, course.languages), service.clock()
        with database.reading() as connection:
            for_all, refused = for_everybody(connection), refusals_of(connection)
        waiting = queue(database)
        class_now = (one for one in service.summaries() if group in (None, one.student.group))
        found = gathered(course, class_now, now, for_all, week, refused)
        sent = _sent(service, monday_reminders(course, found), smtp, sender, language) if mail else []
    if as_json:
        record = _monday_record(course, found, sent, now, language)
        say_json({**record, "waiting": [request_record(one) for one in waiting]})
    else:
        _print_monday(course, found, now, language)
        if waiting:
            say("", waiting_line(waiting).to(language))
        _print_sent(sent, language)
    _fail_for(sent)


def _print_monday(course: Course, found: Monday, now: Any, language: Language) -> None:
    from autograder.checkin.monday import public_text
    from autograder.checkin.wording import MARKS, shown_moment
    from autograder.untrusted.outside import one_line

    say(ENDED.format(week=found.week, due=shown_moment(found.due, course.zone)).to(language))
    say("", f"── {PUBLIC.to(language)} ──", "")
    say(*public_text(course, found, now).to(language).splitlines())
    if not found.lacking:
        return
    say("", f"── {PRIVATE.format(count=len(found.lacking)).to(language)} ──")
    for one in found.lacking:
        student = one.student
        parts = (MARKS[one.week.status], student.id, student.name, student.group, student.email)
        say("", one_line("  ".join(part for part in parts if part)))
        say(WHY.format(why=Text.joined(one.reasons, "; ").to(language)).to(language))
        say(one_line(SAY.format(sentence=one.sentence).to(language)))


def _monday_record(course: Course, found: Monday, sent: list[Sent], now: Any, language: Language) -> dict[str, object]:
    from autograder.checkin.monday import public_text

    return {
        "week": found.week,
        "due": found.due.isoformat(),
        "late_until": found.late_until.isoformat() if found.late_until else None,
        "done": found.done,
        "of": found.of,
        "on_leave": found.on_leave,
        "next": found.next_due and {"week": found.next_week, "due": found.next_due.isoformat()},
        "public": public_text(course, found, now).to(language),
        "lacking": [
            {
                "student": one.student.id,
                "name": one.student.name,
                "group": one.student.group,
                "email": one.student.email,
                "status": one.week.status.value,
                "reasons": [why.to(language) for why in one.reasons],
                "sentence": one.sentence.to(language),
            }
            for one in found.lacking
        ],
        "sent": _sent_records(sent),
    }


def remind(
    mail: MailOption = False,
    smtp: SmtpOption = None,
    sender: SenderOption = None,
    week: Annotated[int | None, typer.Option(help="The week; the open one by default.")] = None,
    group: GroupOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show who has not checked in for the week that is open (or still late), or send them a mail; never twice the same."""
    from autograder.checkin.reminders import due_reminders
    from autograder.store.ledgers import for_everybody

    with class_service(lang) as (_, course, service, database):
        language = chosen_language(lang, course.language, course.languages)
        with database.reading() as connection:
            for_all = for_everybody(connection)
        class_now = (one for one in service.summaries() if group in (None, one.student.group))
        found = due_reminders(course, class_now, service.clock(), for_all, week)
        sent = _sent(service, found.reminders, smtp, sender, language) if mail and found else []
    if as_json:
        say_json(found and _due_record(found, sent))
    elif found is None:
        say(NO_OPEN_WEEK.to(language))
    else:
        _print_due(course, found, language, names=not mail)
        _print_sent(sent, language)
    _fail_for(sent)


def _print_due(course: Course, found: Due, language: Language, *, names: bool) -> None:
    from autograder.checkin.wording import shown_moment
    from autograder.untrusted.outside import one_line

    head = HEAD_LATE if found.late else HEAD
    values = {"due": shown_moment(found.due, course.zone), "of": found.of, "count": len(found.reminders)}
    say(head.format(week=found.week, **values).to(language))
    for one in found.reminders if names else ():
        say(one_line(f"{one.student.id}  {one.student.name}  {one.student.email}").rstrip())


def _due_record(found: Due, sent: list[Sent]) -> dict[str, object]:
    return {
        "week": found.week,
        "due": found.due.isoformat(),
        "late": found.late,
        "of": found.of,
        "students": [
            {
                "student": one.student.id,
                "name": one.student.name,
                "email": one.student.email,
                "due": one.due.isoformat(),
            }
            for one in found.reminders
        ],
        "sent": _sent_records(sent),
    }


def _sent(
    service: CheckInService, reminders: Iterable[Reminder], smtp: str | None, sender: str | None, language: Language
) -> list[Sent]:
    """Send reminders, and return what became of each."""
    from autograder.checkin.reminders import mail_server, mail_settings, send_all
    from autograder.store.audit import actor_name

    url, address = mail_settings(smtp, sender)
    connect = partial(mail_server, url)
    return list(
        send_all(service.course, service.database, reminders, connect, address, actor_name(), language, service.clock)
    )


def _sent_records(sent: list[Sent]) -> list[dict[str, str]]:
    return [{"student": one.reminder.student.id, "outcome": one.outcome, "detail": one.detail} for one in sent]


def _print_sent(sent: list[Sent], language: Language) -> None:
    from autograder.untrusted.outside import one_line

    for one in sent:
        parts = (one.reminder.student.id, one.reminder.student.email, OUTCOMES[one.outcome].to(language), one.detail)
        say(one_line("  ".join(part for part in parts if part)))


def _fail_for(sent: list[Sent]) -> None:
    if any(one.outcome == "failed" for one in sent):
        raise typer.Exit(1)
