"""What students ask for, make-ups and leave, with the answers. Nothing here opens a database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from autograder.checkin.status import DONE, Status, WeekJudge, WeekStatus
from autograder.checkin.wording import STATUS_WORDS
from autograder.course import Course
from autograder.course.wording import no_chapter
from autograder.errors import AutograderError
from autograder.store.records import Action, Answer, Ledger, Request, RequestKind
from autograder.text import Json, Text

WISHES: tuple[RequestKind, ...] = ("makeup", "leave")
GRANTED, DECLINED = "granted", "declined"
MAX_REASON_LENGTH = 500  # characters
MAX_STUDENTS = 10  # named on one line
WAITING = Text(
    zh="等待答复的申请：{count} 个，其中成绩申诉 {appeals} 个 ({students})；看和答复：autograder answer",
    en="requests that wait for an answer: {count}, of them appeals: {appeals} ({students}); see and answer: autograder answer",
)
WISH_WORDS = {
    "makeup": Text(zh="补卡", en="a make-up"),
    "leave": Text(zh="请假", en="leave"),
    "appeal": Text(zh="成绩申诉", en="an appeal"),
}
ANSWER_WORDS = {
    "": Text(zh="等待助教答复", en="waiting for an answer"),
    GRANTED: Text(zh="已批准", en="granted"),
    DECLINED: Text(zh="未批准", en="declined"),
}
APPEAL_WORDS = {
    "": ANSWER_WORDS[""],
    GRANTED: Text(zh="已受理", en="accepted"),
    DECLINED: Text(zh="维持原分", en="the points stay"),
}
APPEAL_LINE = Text(zh="对 {chapter} 成绩的申诉：{answer}{said}", en="Appeal about {chapter}: {answer}{said}")
LINE = Text(zh="申请第 {weeks} 周{wish}：{answer}{said}", en="Asked for {wish} in week {weeks}: {answer}{said}")
NO_REASON = Text(zh="要写理由：--reason 文字", en="a reason is needed: --reason TEXT")
NO_WEEK = Text(zh="没有第 {week} 周", en="there is no week {week}")
NOT_OVER = Text(
    zh="第 {week} 周还没有结束，不用补卡；去不了可以申请请假：autograder ask leave",
    en="week {week} is not over, there is nothing to make up; if you cannot take part: autograder ask leave",
)
NO_EFFECT = Text(
    zh="第 {week} 周已经是{status}，不用申请", en="week {week} is {status} already, there is nothing to ask for"
)


class RequestError(AutograderError):
    """A request that cannot be taken, or not be answered."""


@dataclass(frozen=True)
class Asked:
    """What a student asked for, in one go.

    Attributes:
        number: What a TA types.
        answer: `granted`, `declined`, empty while it is open.
        ids: Of the rows, one for each week.
        chapter, digest: What an appeal is about, which names no week.
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
    chapter: str = ""
    digest: str = ""


def gathered(rows: Iterable[tuple[Request, Answer | None]]) -> tuple[Asked, ...]:
    """Return what was asked for in one go as one, oldest first, each with its answer."""
    found: dict[tuple[object, ...], Asked] = {}
    for request, given in sorted(rows, key=lambda row: row[0].id):
        answer = "" if given is None else GRANTED if given.granted else DECLINED
        key = (request.student, request.kind, request.chapter, request.reason, request.at, answer)
        if (known := found.get(key)) is not None:
            found[key] = replace(known, weeks=(*known.weeks, request.week), ids=(*known.ids, request.id))
            continue
        said, moment = (given.reason, given.at) if given else ("", None)
        weeks = () if request.kind == "appeal" else (request.week,)
        one = (request.id, request.student, request.kind, weeks, request.reason, request.at, (request.id,))
        found[key] = Asked(*one, answer, said, moment, request.chapter, request.digest)
    return tuple(found.values())


def request_line(one: Asked) -> Text:
    """Return what became of a request, on one line."""
    said = f" ({one.said})" if one.said else ""
    if one.wish == "appeal":
        return APPEAL_LINE.format(chapter=one.chapter, answer=APPEAL_WORDS[one.answer], said=said)
    weeks = ", ".join(map(str, one.weeks))
    return LINE.format(weeks=weeks, wish=WISH_WORDS[one.wish], answer=ANSWER_WORDS[one.answer], said=said)


def waiting_line(waiting: Sequence[Asked]) -> Text:
    """Return how many requests and appeals wait for an answer, and whose."""
    appeals = sum(one.wish == "appeal" for one in waiting)
    names = list(dict.fromkeys(one.student for one in waiting))
    shown = ", ".join(names[:MAX_STUDENTS]) + (" …" if len(names) > MAX_STUDENTS else "")
    return WAITING.format(count=len(waiting), appeals=appeals, students=shown)


def appeals_said(found: Iterable[Asked], student: str, chapter: str) -> list[Text]:
    """Return what became of a student's appeals about a chapter, a line for each: of it all, nothing that a student wrote."""
    own = ("appeal", student, chapter)
    return [request_line(one) for one in found if (one.wish, one.student, one.chapter) == own]


def request_record(one: Asked) -> dict[str, Json]:
    """Return a request as JSON values."""
    return {
        "number": one.number,
        "student": one.student,
        "wish": one.wish,
        "weeks": list(one.weeks),
        "chapter": one.chapter or None,
        "reason": one.reason,
        "at": one.at.isoformat(),
        "answer": one.answer or None,
        "said": one.said,
        "answered_at": one.answered_at.isoformat() if one.answered_at else None,
    }


def wished(
    course: Course,
    for_all: Iterable[Action],
    ledger: Ledger,
    wish: RequestKind,
    weeks: Sequence[int],
    reason: str,
    now: datetime,
) -> list[Request]:
    """Return what a student asks for, one request for each week.

    Raises:
        RequestError: For what needs no request.
    """
    if not (text := plain_reason(reason)):
        raise RequestError(NO_REASON)
    statuses = {one.week: one for one in WeekJudge(course, now, for_all).statuses(ledger)}
    useless = [said for number in weeks if (said := _useless(wish, number, statuses.get(number)))]
    if useless:
        raise RequestError(Text.joined(useless, "; "))
    return [Request(ledger.student.id, wish, number, text, now, now) for number in weeks]


def appealed(course: Course, student: str, chapter: str, digest: str, reason: str, now: datetime) -> Request:
    """Return an appeal about a chapter.

    Raises:
        RequestError: Where there is no such chapter, or no reason.
    """
    if course.chapter(chapter) is None:
        raise RequestError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    if not (text := plain_reason(reason)):
        raise RequestError(NO_REASON)
    return Request(student, "appeal", 0, text, now, now, chapter=chapter, digest=digest)


def target_of(one: Request) -> str:
    """Return what a request is about, as the audit log has it."""
    return one.chapter if one.kind == "appeal" else f"week {one.week}"


def targets_of(one: Asked) -> tuple[str, ...]:
    """Return what was asked about, as the audit log has it."""
    return (one.chapter,) if one.wish == "appeal" else tuple(f"week {week}" for week in one.weeks)


def said_before(one: Request, known: Iterable[Asked]) -> bool:
    """Return True if a request was made in the same words before, answered or not."""
    same = (one.student, one.kind, one.reason)
    return any((each.student, each.wish, each.reason) == same and target_of(one) in targets_of(each) for each in known)


def plain_reason(text: str) -> str:
    """Return a reason on one line, without control characters, cut to `MAX_REASON_LENGTH`."""
    printable = ("\ufffd" if unicodedata.category(c) in ("Cf", "Cs", "Co", "Cn") else c for c in text)
    shown = "".join(" " if unicodedata.category(c) == "Cc" else c for c in printable)
    return " ".join(shown.split())[:MAX_REASON_LENGTH]


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
