"""Reminders for who has not checked in: whom, in which words, and by mail."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from autograder.checkin.advice import command
from autograder.checkin.monday import Monday, known_week
from autograder.checkin.status import DONE, Status, WeekStatus
from autograder.checkin.summary import Summary
from autograder.checkin.weeks import deadline, is_after, last_late_moment, open_week, standing_at, utc_now
from autograder.checkin.wording import shown_moment, shown_span
from autograder.course import CheckinWeek, Course
from autograder.errors import AutograderError
from autograder.store.alone import fault
from autograder.store.audit import add_audit
from autograder.store.database import Database
from autograder.store.outgoing import claim_reminder, confirm_reminder, release_reminder
from autograder.store.records import Action, AuditEntry, Student
from autograder.text import Language, Text

SMTP_VARIABLE, FROM_VARIABLE = "AUTOGRADER_SMTP", "AUTOGRADER_MAIL_FROM"
SECONDS = 30
# The server said no to this one mail, so it may be tried again.
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError, ValueError)
SUBJECT = Text(zh="[{course}] 第 {week} 周还没有打卡", en="[{course}] You have not checked in for week {week}")
BODY = Text(
    zh="{name}你好：\n\n第 {week} 周的打卡还没有完成。{due}，还有 {left}。\n\n打卡：{command}\n有困难请回信，助教会帮你。\n",
    en="Hello {name},\n\nyou have not checked in for week {week} yet. {due}, {left} left.\n\nTo check in: {command}\nIf "
    "you have difficulties, reply to this mail; the teaching assistants will help.\n",
)
DUE = Text(zh="截止时间：{due}", en="Deadline: {due}")
LATE = Text(zh="{due} 前仍算迟到", en="It counts as late until {due}")
OVER = Text(
    zh="第 {week} 周在 {due} 已经结束，提醒已经太晚；名单见 autograder monday --week {week}",
    en="week {week} was over at {due}, it is too late for a reminder; see autograder monday --week {week}",
)
AHEAD = Text(zh="第 {week} 周 {opens} 才开始", en="week {week} opens {opens}")
SERVER_FORM = Text(
    zh="{name}: 写成 smtp://用户:密码@主机:587 或 smtps://用户:密码@主机:465",
    en="{name}: write smtp://user:password@host:587 or smtps://user:password@host:465",
)
NO_ADDRESS = Text(
    zh="{address!r} 不是一个邮箱地址；请改正班级名单", en="{address!r} is not one address; correct the class list"
)
NO_ENCRYPTION = Text(zh="{host} 不提供加密；密码没有发送", en="{host} offers no encryption; the password is not sent")
NO_SERVER = Text(
    zh="邮件服务器 {host} 用不了：{error}；见 {name}", en="the mail server {host} cannot be used: {error}; see {name}"
)
NOT_SET = Text(
    zh="请设置 {server} (smtp://用户:密码@主机:587) 和 {sender} (一个邮箱地址)",
    en="set {server} (smtp://user:password@host:587) and {sender} (an address)",
)


class MailError(AutograderError):
    """Mail cannot be sent."""


class RemindError(AutograderError):
    """A week for which nobody can be reminded."""


@dataclass(frozen=True)
class Reminder:
    """One reminder to one student.

    Attributes:
        about: What it is the same as, in the course.
        due: Until when something can be done.
    """

    student: Student
    week: int
    due: datetime
    subject: Text
    body: Text
    about: str = "week"

    def key(self, course: Course) -> str:
        """Return what makes it the same as another one: the course, the week and its deadline."""
        return f"{course.id[:40]} {self.about} {self.week} {self.due:%Y%m%d%H%M}"


@dataclass(frozen=True)
class Due:
    """Who has yet to check in for a week that is open or in its late window.

    Attributes:
        of: Those who have to.
    """

    week: int
    due: datetime
    late: bool
    of: int
    reminders: tuple[Reminder, ...]


@dataclass(frozen=True)
class Sent:
    """What became of a reminder."""

    reminder: Reminder
    outcome: str  # sent, before, no address, failed
    detail: str = ""


def due_reminders(
    course: Course, summaries: Iterable[Summary], now: datetime, for_all: Sequence[Action], number: int | None = None
) -> Due | None:
    """Return who is to be reminded of a week: of the open one by default, else of one in its late window.

    Returns None where no week is open. Raises `RemindError` or `WeekError` for a week that is over, ahead or unknown.
    """
    week = known_week(course, number) if number is not None else _current(course, now, for_all)
    if week is None:
        return None
    if now < week.opens:
        raise RemindError(AHEAD.format(week=week.week, opens=shown_moment(week.opens, course.zone)))
    reminders, of = [], 0
    for summary in summaries:
        one = next((status for status in summary.weeks if status.week == week.week), None)
        if one is None or not summary.student.active:
            continue
        of += one.status in DONE or one.status in (Status.OPEN, Status.LATE_OPEN, Status.MISSED)
        if one.status in (Status.OPEN, Status.LATE_OPEN):
            reminders.append(_reminder(course, summary, one, now))
    due = deadline(week, for_all)
    until = last_late_moment(course, week, due)
    if is_after(now, until) and not reminders:
        raise RemindError(OVER.format(week=week.week, due=shown_moment(until, course.zone)))
    late = is_after(now, due)
    return Due(week.week, until if late else due, late, of, tuple(reminders))


def monday_reminders(course: Course, found: Monday) -> Iterator[Reminder]:
    """Yield the sentence for each student who lacks the week that ended, as a mail."""
    for one in found.lacking:
        subject = SUBJECT.format(course=course.title, week=found.week)
        body = Text.joined((one.sentence, Text("\n", "\n")), "")
        yield Reminder(one.student, found.week, one.week.late_until or one.week.due, subject, body, "monday")


def _current(course: Course, now: datetime, for_all: Sequence[Action]) -> CheckinWeek | None:
    if found := open_week(course, now, for_all):
        return found
    late = [w for w in course.checkins if standing_at(course, w, deadline(w, for_all), now) == "late"]
    return max(late, key=lambda week: week.due, default=None)


def _reminder(course: Course, summary: Summary, one: WeekStatus, now: datetime) -> Reminder:
    until = one.late_until or one.due
    when = (LATE if one.late_until else DUE).format(due=shown_moment(until, course.zone))
    student = summary.student
    body = BODY.format(
        name=student.name or student.id,
        week=one.week,
        due=when,
        left=shown_span(until - now),
        command=command(course, one.week),
    )
    return Reminder(student, one.week, until, SUBJECT.format(course=course.title, week=one.week), body)


def message(reminder: Reminder, sender: str, now: datetime, language: Language) -> EmailMessage:
    """Return a reminder as a mail.

    Raises:
        MailError: Where the student's address is several, or none.
    """
    mail = EmailMessage()
    mail["Subject"] = " ".join(reminder.subject.to(language).split())
    mail["From"], mail["To"] = sender, reminder.student.email
    if len(mail["To"].addresses) != 1:
        raise MailError(NO_ADDRESS.format(address=reminder.student.email))
    mail["Date"], mail["Message-ID"] = formatdate(now.timestamp()), make_msgid(domain="palm-autograder.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(reminder.body.to(language))
    return mail


@contextmanager
def mail_server(url: str) -> Iterator[smtplib.SMTP]:
    """Connect to `smtp://[user:password@]host[:port]` (with STARTTLS where it is offered) or `smtps://…`."""
    try:
        parts = urlsplit(url)
        port, readable = parts.port, parts.scheme in ("smtp", "smtps") and parts.hostname
    except ValueError:  # what it says may be a part of the password
        readable = None
    if not readable:
        raise MailError(SERVER_FORM.format(name=SMTP_VARIABLE))
    assert parts.hostname is not None
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(parts.hostname, port or 465, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(parts.hostname, port or 587, timeout=SECONDS)
        with server:
            server.ehlo()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.scheme == "smtp" and parts.username and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
                raise MailError(NO_ENCRYPTION.format(host=parts.hostname))
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(NO_SERVER.format(host=parts.hostname, error=error, name=SMTP_VARIABLE)) from error


def mail_settings(url: str | None, sender: str | None) -> tuple[str, str]:
    """Return server and sender: the options, else the variables AUTOGRADER_SMTP and AUTOGRADER_MAIL_FROM."""
    found, address = url or os.environ.get(SMTP_VARIABLE), sender or os.environ.get(FROM_VARIABLE)
    if not found or not address:
        raise MailError(NOT_SET.format(server=SMTP_VARIABLE, sender=FROM_VARIABLE))
    return found, address


def send_all(
    course: Course,
    database: Database,
    reminders: Iterable[Reminder],
    connect: Callable[[], AbstractContextManager[smtplib.SMTP]],
    sender: str,
    actor: str,
    language: Language,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Sent]:
    """Send each reminder that did not go out before, and yield what became of it; one that fails stops no other.

    A reminder is claimed before it is sent and confirmed after. When this process dies in between, it is not sent
    again: better none than two.

    Args:
        connect: Gives the mail server; asked again where a mail broke the connection.
    """
    reminders = iter(reminders)
    with ExitStack() as connection:
        server = connection.enter_context(connect())
        for reminder in reminders:
            if not reminder.student.email:
                yield Sent(reminder, "no address")
                continue
            try:
                mail = message(reminder, sender, clock(), language)
            except MailError as error:
                yield Sent(reminder, "failed", error.said.to(language))
                continue
            except Exception as error:  # the library raises anything for an address or a name that it cannot write
                yield Sent(reminder, "failed", fault(error))
                continue
            student, key = reminder.student.id, reminder.key(course)
            with database.writing() as writing:
                claimed = claim_reminder(writing, student, key, clock())
            if not claimed:
                yield Sent(reminder, "before")
                continue
            outcome = _deliver(server, mail)
            if outcome is None:
                with database.writing() as writing:
                    confirm_reminder(writing, student, key, clock())
                    entry = AuditEntry(clock(), actor, "remind", student, f"week {reminder.week}", new="sent")
                    add_audit(writing, [entry])
                yield Sent(reminder, "sent")
                continue
            if outcome.may_be_tried_again:
                with database.writing() as writing:
                    release_reminder(writing, student, key)
            yield Sent(reminder, "failed", outcome.said)
            if outcome.broken:
                with suppress(MailError, OSError, smtplib.SMTPException):
                    connection.pop_all().close()
                try:
                    server = connection.enter_context(connect())
                except MailError as error:
                    yield from (Sent(one, "failed", error.said.to(language)) for one in reminders)
                    return


class _Failed(NamedTuple):
    """Why a mail did not go out. broken: the connection is of no more use."""

    said: str
    may_be_tried_again: bool
    broken: bool


def _deliver(server: smtplib.SMTP, mail: EmailMessage) -> _Failed | None:
    """Send one mail; None where it went out."""
    try:
        server.send_message(mail)
    except REFUSALS as error:
        return _Failed(str(error), may_be_tried_again=True, broken=server.sock is None)
    except (smtplib.SMTPException, OSError) as error:  # it may have gone out
        return _Failed(str(error), may_be_tried_again=False, broken=True)
    return None
