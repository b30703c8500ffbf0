"""Requests of students at the class's database: they arrive, wait in a queue, and TAs answer them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from autograder.checkin.decisions import StaffDecisions
from autograder.checkin.requests import (
    ANSWER_WORDS,
    DECLINED,
    GRANTED,
    WISH_WORDS,
    Asked,
    RequestError,
    appealed,
    gathered,
    plain_reason,
    said_before,
    target_of,
    targets_of,
    wished,
)
from autograder.course import Course
from autograder.store.audit import add_audit
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledger_of
from autograder.store.notices import add_answers, add_request, answers_of, open_requests
from autograder.store.records import Answer, AuditEntry, Request, RequestKind, Wish
from autograder.store.roster import class_list
from autograder.text import Text

MAX_SHOWN = 30  # characters of the reason of a request that is not taken
MAX_NAMED = 5  # requests of one record that are not taken
DROPPED_APPEAL = Text(
    zh="{student}: 没有收对 {chapter} 成绩的申诉：{why}：“{reason}”",
    en="{student}: the appeal about {chapter} is not taken: {why}: “{reason}”",
)
DROPPED = Text(
    zh="{student}: 没有收第 {weeks} 周的{wish}申请：{why}：“{reason}”",
    en="{student}: the request for {wish} in week {weeks} is not taken: {why}: “{reason}”",
)
MORE_DROPPED = Text(zh="{student}: 还有 {count} 个申请没有收", en="{student}: {count} more requests are not taken")
NO_REQUEST = Text(zh="没有编号为 {number} 的申请", en="there is no request {number}")
ANSWERED = Text(zh="申请 {number} 已经答复过：{answer}", en="request {number} is answered already: {answer}")
SAY_WHY = Text(zh="不批准要写理由：--reason 文字", en="to decline, a reason is needed: --reason TEXT")


def asked(connection: Connection, student: str | None = None) -> tuple[Asked, ...]:
    """Return what a student, or everybody, asked for, oldest first, each with its answer."""
    rows: list[tuple[Request, Answer | None]] = [(one, None) for one in open_requests(connection, student)]
    return gathered([*rows, *answers_of(connection, student)])


def ask(
    course: Course,
    database: Database,
    student: str,
    wish: RequestKind,
    weeks: Sequence[int],
    reason: str,
    now: datetime,
) -> int:
    """Store a request of a student; return how many weeks are new.

    Raises:
        RequestError: For what needs no request.
    """
    with database.writing() as connection:
        ledger, for_all = ledger_of(connection, student), for_everybody(connection)
        return _add(connection, wished(course, for_all, ledger, wish, weeks, reason, now))


def appeal(
    course: Course, database: Database, student: str, chapter: str, digest: str, reason: str, now: datetime
) -> bool:
    """Store an appeal of a student; return whether it is new.

    Raises:
        RequestError: For what is none.
    """
    with database.writing() as connection:
        return _add(connection, [appealed(course, student, chapter, digest, reason, now)]) > 0


def dropped_requests(student: str, why: Text, wanted: Iterable[Wish]) -> tuple[Text, ...]:
    """Return a line for a TA about each request of a record that belongs to nobody on the class list.

    Those with the same words share a line.
    """
    weeks: dict[tuple[RequestKind, str, str], set[int]] = {}
    for one in wanted:
        if text := plain_reason(one.reason):
            weeks.setdefault((one.kind, one.chapter, text), set()).add(one.week)
    lines = [
        (DROPPED_APPEAL if wish == "appeal" else DROPPED).format(
            student=student,
            wish=WISH_WORDS[wish],
            chapter=chapter,
            weeks=", ".join(map(str, sorted(given))),
            why=why,
            reason=text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…",
        )
        for (wish, chapter, text), given in weeks.items()
    ]
    rest = len(lines) - MAX_NAMED
    return (*lines[:MAX_NAMED], *([MORE_DROPPED.format(student=student, count=rest)] if rest > 0 else []))


def take_requests(
    course: Course,
    database: Database,
    student: str,
    wanted: Iterable[Wish],
    now: datetime,
) -> int:
    """Take requests from a travelling record; return how many are new.

    One for a week or a chapter that the course lacks is left out. A moment after now counts as now.
    """
    new = [
        Request(student, one.kind, one.week, text, min(one.at, now), now, chapter=one.chapter, digest=one.digest)
        for one in wanted
        if (text := plain_reason(one.reason)) and (course.chapter(one.chapter) or course.week(one.week))
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


def answer(decisions: StaffDecisions, number: int, *, grant: bool, reason: str, beyond: bool) -> Asked:
    """Grant or decline a request, with a line each in the audit log; return it as answered.

    A granted one becomes leave, or a make-up, by the rules of `StaffDecisions`; where they refuse, the request stays open.
    The answer to an appeal changes no points: what does are the marks, and the verbs for moments, attempts and deadlines.
    """
    with decisions.database.reading() as connection:
        one = next((one for one in asked(connection) if one.number == number), None)
    if one is None:
        raise RequestError(NO_REQUEST.format(number=number))
    if one.answer:
        raise RequestError(ANSWERED.format(number=number, answer=ANSWER_WORDS[one.answer]))
    if not grant and not reason.strip():
        raise RequestError(SAY_WHY)
    why = reason.strip() or one.reason
    if grant and one.wish == "leave":
        decisions.leave(one.student, one.weeks, why, revoke=False, beyond=beyond)
    elif grant and one.wish == "makeup":
        for week in one.weeks:
            decisions.makeup(one.student, week, why, revoke=False, beyond=beyond)
    said, now = GRANTED if grant else DECLINED, decisions.clock()
    with decisions.database.writing() as connection:
        add_answers(connection, [Answer(row, decisions.actor, now, grant, reason.strip()) for row in one.ids])
        lines = [
            AuditEntry(now, decisions.actor, "answer", one.student, target, one.wish, said, reason.strip())
            for target in targets_of(one)
        ]
        add_audit(connection, lines)
    return replace(one, answer=said, said=reason.strip(), answered_at=now)


def _add(connection: Connection, new: Iterable[Request]) -> int:
    """Add requests, with a line each in the audit log; one in the same words is not taken again, answered or not."""
    count = 0
    for one in new:
        if said_before(one, asked(connection, one.student)) or not add_request(connection, one):
            continue
        count += 1
        entry = AuditEntry(one.received_at, one.student, "ask", one.student, target_of(one), "", one.kind, one.reason)
        add_audit(connection, [entry])
    return count
