"""What students ask for, make-ups and leave, and what TAs answered. A request is one row for each of its weeks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from autograder.checkin.office import Office
from autograder.checkin.status import DONE, Status, WeekJudge, WeekStatus
from autograder.checkin.wording import STATUS_WORDS
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.store.audit import add_audit
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledger_of
from autograder.store.notices import add_answers, add_request, answers_of, open_requests
from autograder.store.records import Answer, AuditEntry, Request, RequestKind
from autograder.store.roster import class_list
from autograder.text import Text

WISHES: tuple[RequestKind, ...] = ("makeup", "leave")
GRANTED, DECLINED = "granted", "declined"
LONGEST_REASON = 500  # characters
MOST_SHOWN = 30  # characters of the reason of a request that is not taken
MOST_NAMED = 5  # requests of one record that are not taken
DROPPED = Text(
    zh="{student}: 没有收第 {weeks} 周的{wish}申请: {why}: “{reason}”",
    en="{student}: the request for {wish} in week {weeks} is not taken: {why}: “{reason}”",
)
MORE_DROPPED = Text(zh="{student}: 还有 {count} 个申请没有收", en="{student}: {count} more requests are not taken")
WISH_WORDS = {"makeup": Text(zh="补卡", en="a make-up"), "leave": Text(zh="请假", en="leave")}
ANSWER_WORDS = {
    "": Text(zh="等待助教答复", en="waiting for an answer"),
    GRANTED: Text(zh="已批准", en="granted"),
    DECLINED: Text(zh="未批准", en="declined"),
}
LINE = Text(zh="申请第 {weeks} 周{wish}: {answer}{said}", en="Asked for {wish} in week {weeks}: {answer}{said}")
NO_REASON = Text(zh="要写理由: --reason 文字", en="a reason is needed: --reason TEXT")
NO_WEEK = Text(zh="没有第 {week} 周", en="there is no week {week}")
NOT_OVER = Text(
    zh="第 {week} 周还没有结束, 不用补卡; 去不了可以申请请假: autograder ask leave",
    en="week {week} is not over, there is nothing to make up; if you cannot take part: autograder ask leave",
)
NO_EFFECT = Text(
    zh="第 {week} 周已经是{status}, 不用申请", en="week {week} is {status} already, there is nothing to ask for"
)
NO_REQUEST = Text(zh="没有编号为 {number} 的申请", en="there is no request {number}")
ANSWERED = Text(zh="申请 {number} 已经答复过: {answer}", en="request {number} is answered already: {answer}")
SAY_WHY = Text(zh="不批准要写理由: --reason 文字", en="to decline, a reason is needed: --reason TEXT")


class RequestError(AutograderError):
    """A request that cannot be taken, or not be answered."""


@dataclass(frozen=True)
class Asked:
    """What a student asked for, in one go. number: what a TA types; answer: `granted`, `declined`, empty while it is open.

    ids: of the rows, one for each week.
    """

    number: int
    student: str
    wish: RequestKind
    weeks: tuple[int, ...]
    reason: str
    at: datetime
    ids: tuple[int, ...]
    answer: str = ""
    said: str = ""
    answered_at: datetime | None = None


def asked(connection: Connection, student: str | None = None) -> tuple[Asked, ...]:
    """Return what a student, or everybody, asked for, oldest first, each with its answer."""
    rows: list[tuple[Request, Answer | None]] = [(one, None) for one in open_requests(connection, student)]
    rows += answers_of(connection, student)
    found: dict[tuple[object, ...], Asked] = {}
    for request, given in sorted(rows, key=lambda row: row[0].id):
        answer = "" if given is None else GRANTED if given.granted else DECLINED
        key = (request.student, request.kind, request.reason, request.at, answer)
        if (known := found.get(key)) is not None:
            found[key] = replace(known, weeks=(*known.weeks, request.week), ids=(*known.ids, request.id))
            continue
        said, moment = (given.reason, given.at) if given else ("", None)
        one = (request.id, request.student, request.kind, (request.week,), request.reason, request.at, (request.id,))
        found[key] = Asked(*one, answer, said, moment)
    return tuple(found.values())


def request_line(one: Asked) -> Text:
    """Return what became of a request, on one line."""
    said = f" ({one.said})" if one.said else ""
    weeks = ", ".join(map(str, one.weeks))
    return LINE.format(weeks=weeks, wish=WISH_WORDS[one.wish], answer=ANSWER_WORDS[one.answer], said=said)


def request_record(one: Asked) -> dict[str, Any]:
    """Return a request as JSON values."""
    return {
        "number": one.number,
        "student": one.student,
        "wish": one.wish,
        "weeks": list(one.weeks),
        "reason": one.reason,
        "at": one.at.isoformat(),
        "answer": one.answer or None,
        "said": one.said,
        "answered_at": one.answered_at.isoformat() if one.answered_at else None,
    }


def plain_reason(text: str) -> str:
    """Return a reason on one line, without control characters, cut to `LONGEST_REASON`."""
    printable = ("\ufffd" if unicodedata.category(c) in ("Cf", "Cs", "Co", "Cn") else c for c in text)
    shown = "".join(" " if unicodedata.category(c) == "Cc" else c for c in printable)
    return " ".join(shown.split())[:LONGEST_REASON]


def ask(
    course: Course,
    database: Database,
    student: str,
    wish: RequestKind,
    weeks: Sequence[int],
    reason: str,
    now: datetime,
) -> int:
    """Store a request of a student; return how many weeks are new. Raises `RequestError` for what needs no request."""
    if not (text := plain_reason(reason)):
        raise RequestError(NO_REASON)
    with database.writing() as connection:
        judge = WeekJudge(course, now, for_everybody(connection))
        statuses = {one.week: one for one in judge.statuses(ledger_of(connection, student))}
        useless = [said for number in weeks if (said := _useless(wish, number, statuses.get(number)))]
        if useless:
            raise RequestError(Text.joined(useless, "; "))
        return _add(connection, [Request(student, wish, number, text, now, now) for number in weeks])


def dropped_requests(
    student: str, why: Text, wanted: Iterable[tuple[RequestKind, int, str, datetime]]
) -> tuple[Text, ...]:
    """Return a line for a TA about each request of a record that belongs to nobody on the class list.

    wanted: wish, week, reason and moment of each; those with the same words share a line.
    """
    weeks: dict[tuple[RequestKind, str], set[int]] = {}
    for wish, week, reason, _ in wanted:
        if text := plain_reason(reason):
            weeks.setdefault((wish, text), set()).add(week)
    lines = [
        DROPPED.format(
            student=student,
            wish=WISH_WORDS[wish],
            weeks=", ".join(map(str, sorted(given))),
            why=why,
            reason=text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…",
        )
        for (wish, text), given in weeks.items()
    ]
    rest = len(lines) - MOST_NAMED
    return (*lines[:MOST_NAMED], *([MORE_DROPPED.format(student=student, count=rest)] if rest > 0 else []))


def take_requests(
    course: Course,
    database: Database,
    student: str,
    wanted: Iterable[tuple[RequestKind, int, str, datetime]],
    now: datetime,
) -> int:
    """Take requests from a travelling record; return how many are new.

    One for a week that the course lacks is left out. wanted: wish, week, reason and moment of each; a moment after now
    counts as now.
    """
    new = [
        Request(student, wish, week, text, min(at, now), now)
        for wish, week, reason, at in wanted
        if (text := plain_reason(reason)) and course.week(week)
    ]
    if not new:
        return 0
    with database.writing() as connection:
        return _add(connection, new)


def queue(database: Database) -> list[Asked]:
    """Return what waits for an answer, oldest first."""
    with database.reading() as connection:
        known = class_list(connection)
        found = [one for one in asked(connection) if not one.answer]
    there = [one for one in found if one.student not in known or known[one.student].active]
    return sorted(there, key=lambda one: (one.at, one.number))


def answer(office: Office, number: int, *, grant: bool, reason: str, beyond: bool) -> Asked:
    """Grant or decline a request, with a line each in the audit log; return it as answered.

    A granted one becomes leave, or a make-up, by the rules of `Office`; where they refuse, the request stays open.
    """
    with office.database.reading() as connection:
        one = next((one for one in asked(connection) if one.number == number), None)
    if one is None:
        raise RequestError(NO_REQUEST.format(number=number))
    if one.answer:
        raise RequestError(ANSWERED.format(number=number, answer=ANSWER_WORDS[one.answer]))
    if not grant and not reason.strip():
        raise RequestError(SAY_WHY)
    why = reason.strip() or one.reason
    if grant and one.wish == "leave":
        office.leave(one.student, one.weeks, why, revoke=False, beyond=beyond)
    elif grant:
        for week in one.weeks:
            office.makeup(one.student, week, why, revoke=False, beyond=beyond)
    said, now = GRANTED if grant else DECLINED, office.clock()
    with office.database.writing() as connection:
        add_answers(connection, [Answer(row, office.actor, now, grant, reason.strip()) for row in one.ids])
        lines = [
            AuditEntry(now, office.actor, "answer", one.student, f"week {week}", one.wish, said, reason.strip())
            for week in one.weeks
        ]
        add_audit(connection, lines)
    return replace(one, answer=said, said=reason.strip(), answered_at=now)


def _add(connection: Connection, new: Iterable[Request]) -> int:
    """Add requests, with a line each in the audit log; one in the same words is not taken again, answered or not."""
    count = 0
    known: set[tuple[str, str, int, str]] | None = None
    for one in new:
        if known is None:
            known = {
                (each.student, each.wish, week, each.reason)
                for each in asked(connection, one.student)
                for week in each.weeks
            }
        key = (one.student, one.kind, one.week, one.reason)
        if key in known or not add_request(connection, one):
            continue
        known.add(key)
        count += 1
        entry = AuditEntry(
            one.received_at, one.student, "ask", one.student, f"week {one.week}", "", one.kind, one.reason
        )
        add_audit(connection, [entry])
    return count


def _useless(wish: RequestKind, number: int, week: WeekStatus | None) -> Text | None:
    """Return why what is asked for would change nothing in a week, None where it would."""
    if week is None:
        return NO_WEEK.format(week=number)
    if wish == "makeup" and week.status in (Status.OPEN, Status.UPCOMING):
        return NOT_OVER.format(week=number)
    earned = DONE if wish == "makeup" else DONE - {Status.MADE_UP}
    if week.status in earned or week.status is Status.ON_LEAVE:
        return NO_EFFECT.format(week=number, status=STATUS_WORDS[week.status])
    return None
