"""Reminders for who has not checked in: whom, in which words, and by mail."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from autograder.checkin.status import Status
from autograder.checkin.summary import Summary
from autograder.checkin.weeks import utc_now
from autograder.checkin.wording import shown_moment, shown_span
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.store.audit import add_audit
from autograder.store.database import Database
from autograder.store.office import claim_reminder, confirm_reminder, release_reminder
from autograder.store.records import AuditEntry, Student
from autograder.text import Language, Text

SMTP_VARIABLE, FROM_VARIABLE = "AUTOGRADER_SMTP", "AUTOGRADER_MAIL_FROM"
SECONDS = 30
# The server said no to this one mail, so it may be tried again.
REFUSALS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError, ValueError)
SUBJECT = Text(zh="[{course}] 第 {week} 周还没有打卡", en="[{course}] You have not checked in for week {week}")
BODY = Text(
    zh="{name}你好:\n\n第 {week} 周的打卡还没有完成。截止时间: {due}, 还有 {left}。\n\n"
    '打卡: 交一次作业 (autograder submit), 或者写几句本周做了什么: autograder checkin -m "……"\n'
    "有困难请回信, 助教会帮你。\n",
    en="Hello {name},\n\nweek {week} still lacks your check-in. Deadline: {due}, {left} left.\n\n"
    'Hand something in (autograder submit), or say in a few words what you did: autograder checkin -m "..."\n'
    "If something is in your way, reply to this mail; the teaching assistants will help.\n",
)

SERVER_FORM = Text(
    zh="{name}: 写成 smtp://用户:密码@主机:587 或 smtps://用户:密码@主机:465",
    en="{name}: write smtp://user:password@host:587 or smtps://user:password@host:465",
)
NO_ENCRYPTION = Text(zh="{host} 不提供加密; 密码没有发送", en="{host} offers no encryption; the password is not sent")
NO_SERVER = Text(
    zh="邮件服务器 {host} 用不了: {error}; 见 {name}", en="the mail server {host} cannot be used: {error}; see {name}"
)
NOT_SET = Text(
    zh="请设置 {server} (smtp://用户:密码@主机:587) 和 {sender} (一个邮箱地址)",
    en="set {server} (smtp://user:password@host:587) and {sender} (an address)",
)


class MailError(AutograderError):
    """Mail cannot be sent."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder to one student."""

    student: Student
    week: int
    due: datetime

    def key(self, course: Course) -> str:
        """Return what makes it the same as another one: the course, the week and its deadline."""
        return f"{course.id[:40]} week {self.week} {self.due:%Y%m%d%H%M}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a reminder."""

    reminder: Reminder
    outcome: str  # sent, before, no address, failed
    detail: str = ""


def due_reminders(summaries: Iterable[Summary], week: int) -> Iterator[Reminder]:
    """Yield a reminder for every active student whose week is open and not done."""
    for summary in summaries:
        found = next((one for one in summary.weeks if one.week == week), None)
        if summary.student.active and found is not None and found.status is Status.OPEN:
            yield Reminder(summary.student, week, found.due)


def message(course: Course, reminder: Reminder, sender: str, now: datetime, language: Language) -> EmailMessage:
    """Return a reminder as a mail."""
    title = course.title.to(language)
    left = shown_span(reminder.due - now).to(language)
    due = shown_moment(reminder.due, course.zone)
    mail = EmailMessage()
    mail["Subject"] = SUBJECT.to(language).format(course=title, week=reminder.week)
    mail["From"], mail["To"] = sender, reminder.student.email
    mail["Date"], mail["Message-ID"] = formatdate(now.timestamp()), make_msgid(domain="palm-autograder.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    name = reminder.student.name or reminder.student.id
    mail.set_content(BODY.to(language).format(name=name, week=reminder.week, due=due, left=left))
    return mail


@contextmanager
def mail_server(url: str) -> Iterator[smtplib.SMTP]:
    """Connect to `smtp://[user:password@]host[:port]` (with STARTTLS where it is offered) or `smtps://…`."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise MailError(SERVER_FORM.format(name=SMTP_VARIABLE))
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=SECONDS, context=context)
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=SECONDS)
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
    server: smtplib.SMTP,
    sender: str,
    actor: str,
    language: Language,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[Sent]:
    """Send each reminder that did not go out before, and yield what became of it.

    A reminder is claimed before it is sent and confirmed after. When this process dies in between, it is not sent
    again: better none than two.
    """
    for reminder in reminders:
        if not reminder.student.email:
            yield Sent(reminder, "no address")
            continue
        student, key = reminder.student.id, reminder.key(course)
        with database.writing() as connection:
            claimed = claim_reminder(connection, student, key, clock())
        if not claimed:
            yield Sent(reminder, "before")
            continue
        try:
            server.send_message(message(course, reminder, sender, clock(), language))
        except REFUSALS as error:
            with database.writing() as connection:
                release_reminder(connection, student, key)
            yield Sent(reminder, "failed", str(error))
            continue
        except (smtplib.SMTPException, OSError) as error:  # it may have gone out; the rest cannot
            yield Sent(reminder, "failed", str(error))
            return
        with database.writing() as connection:
            confirm_reminder(connection, student, key, clock())
            entry = AuditEntry(clock(), actor, "remind", student, f"week {reminder.week}", new="sent")
            add_audit(connection, [entry])
        yield Sent(reminder, "sent")
