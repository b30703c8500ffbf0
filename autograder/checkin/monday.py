"""Monday: the week that just ended, in words for everybody and, apart from them, for each student who lacks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.checkin.advice import ASK, MAKE_UP, command, makeup_until
from autograder.checkin.risk import reasons
from autograder.checkin.status import DONE, Status, WeekStatus
from autograder.checkin.summary import Summary
from autograder.checkin.weeks import by_number, deadline, is_after, last_late_moment, last_makeup_moment, proof_of
from autograder.checkin.wording import shown_moment, weekday_moment
from autograder.course import CheckinWeek, Course
from autograder.errors import AutograderError
from autograder.store.records import Action, Refusal, Student
from autograder.text import Text

LACKING = (Status.MISSED, Status.LATE_OPEN, Status.OPEN)
NOTHING_OVER = Text(zh="还没有一个打卡周结束", en="no week has ended yet")
NO_WEEK = Text(zh="没有第 {week} 周；这门课有第 {known} 周", en="there is no week {week}; the course has weeks {known}")
NOT_OVER = Text(
    zh="第 {week} 周 {due} 才结束；在那之前用 autograder remind",
    en="week {week} ends {due}; before that use autograder remind",
)
# For everybody, to be pasted into a group chat: it holds no name.
ALL_DONE = Text(zh="第 {week} 周 {of} 人全部打卡，辛苦了！", en="Week {week}: all {of} have checked in, well done!")
COUNTS = Text(
    zh="第 {week} 周 {done}/{of} 人已打卡，{lacking} 人未完成，{rest}。",
    en="Week {week}: {done} of {of} have checked in, {lacking} have not; {rest}.",
)
STILL_LATE = Text(zh="{until} 前仍可算迟到", en="it still counts as late until {until}")
MAKE_UP_UNTIL = Text(zh="{until} 前可以补卡", en="it can be made up until {until}")
OVER = Text(zh="已不能自己补卡", en="it can no longer be made up without a TA")
ON_LEAVE = Text(zh="另有 {count} 人请假。", en="On leave: {count}.")
NEXT = Text(zh="第 {week} 周的截止时间是 {due}。", en="Week {week} is due {due}.")
TYPE = Text(zh="补打卡：{command}", en="To check in: {command}")
ZONE = Text(zh="（时间：{zone}）", en="(times: {zone})")
# For one student.
NOTHING = Text(zh="没有说明，也没有算数的提交", en="neither a note nor a submission that counts")
NOTE_ALONE = Text(zh="有说明，还差提交", en="a note, but no submission that counts")
SUBMISSION_ALONE = Text(zh="有提交，还差说明", en="a submission, but no note")
WAITING = Text(zh="交了作业，还没有评分", en="a submission that is not graded yet")
REFUSED = Text(zh="说明没有算数：{why}", en="a note that does not count: {why}")
TOO_FEW = Text(
    zh="交了 {chapter}，得 {points:g} 分，不到 {least:g} 分",
    en="handed in {chapter}: {points:g} points, {least:g} needed",
)
HELLO = Text(zh="{name}你好，第 {week} 周的打卡还没有完成。", en="Hello {name}, week {week} still lacks your check-in.")
SAY_LATE = Text(
    zh="{until} 前打卡仍算迟到，连续周数不会断：{command}。",
    en="Until {until} it still counts as late and your streak holds: {command}.",
)
SAY_OPEN = Text(zh="你的截止时间是 {due}：{command}。", en="Your deadline is {due}: {command}.")
SAY_MAKE_UP = Text(
    zh="{until} 前可以补卡，要写理由：{command}。", en="You can make it up until {until}, with a reason: {command}."
)
SAY_ASK = Text(
    zh="这一周已不能自己补卡；有原因可以申请：{command}。",
    en="You can no longer make it up on your own; if you had a reason, ask: {command}.",
)
HELP = Text(
    zh="有困难请直接回复，助教会帮你。",
    en="If something is in your way, just reply; the teaching assistants will help.",
)


class WeekError(AutograderError):
    """A week that cannot be told about."""


@dataclass(frozen=True)
class Lacking:
    """A student who lacks the week.

    Attributes:
        reasons: What is missing, and why they are at risk.
        sentence: Ready to be sent.
    """

    student: Student
    week: WeekStatus
    reasons: tuple[Text, ...]
    sentence: Text


@dataclass(frozen=True)
class Monday:
    """A week that ended.

    Attributes:
        late_until: Where it still counts as late.
        of: Those who had to check in, without leave.
    """

    week: int
    due: datetime
    late_until: datetime | None
    done: int
    of: int
    on_leave: int
    lacking: tuple[Lacking, ...]
    next_week: int | None
    next_due: datetime | None


def ended_week(course: Course, now: datetime, for_all: Sequence[Action], number: int | None = None) -> CheckinWeek:
    """Return the week that ended last, or the one with a number.

    Raises:
        WeekError: Where it is not over or unknown.
    """
    over = [week for week in by_number(course) if is_after(now, deadline(week, for_all))]
    if number is None:
        if not over:
            raise WeekError(NOTHING_OVER)
        return max(over, key=lambda week: (deadline(week, for_all), week.week))
    week = known_week(course, number)
    if week not in over:
        due = shown_moment(deadline(week, for_all), course.zone)
        raise WeekError(NOT_OVER.format(week=number, due=due))
    return week


def known_week(course: Course, number: int) -> CheckinWeek:
    """Return the week with a number.

    Raises:
        WeekError: Where the course has none.
    """
    week = course.week(number)
    if week is None:
        numbers = [one.week for one in course.checkins]
        known = f"{min(numbers)}-{max(numbers)}" if numbers else "–"
        raise WeekError(NO_WEEK.format(week=number, known=known))
    return week


def monday(
    course: Course,
    summaries: Iterable[Summary],
    now: datetime,
    for_all: Sequence[Action],
    number: int | None = None,
    refused: Iterable[Refusal] = (),
) -> Monday:
    """Return what is to be said about the week that just ended.

    Args:
        summaries: Of a class at `now`.
        refused: Its notes that do not count.
    """
    week = ended_week(course, now, for_all, number)
    why_refused = {one.student: one.why for one in refused if one.week == week.week}  # the newest of each
    done = on_leave = 0
    lacking: list[tuple[int, Lacking]] = []
    coming = _coming(course, now, for_all)
    for summary in summaries:
        one = next((status for status in summary.weeks if status.week == week.week), None)
        if one is None or not summary.student.active:
            continue
        done += one.status in DONE
        on_leave += one.status is Status.ON_LEAVE
        if one.status in LACKING:
            said = _sentence(course, summary, one, now, coming)
            missing = _missing(course, week, summary, why_refused.get(summary.student.id))
            why = (*missing, *reasons(course, summary, now))
            lacking.append((summary.progress.missed_in_a_row, Lacking(summary.student, one, why, said)))
    lacking.sort(key=lambda entry: (-entry[0], entry[1].student.id))
    due = deadline(week, for_all)
    until = last_late_moment(course, week, due)
    return Monday(
        week.week,
        due,
        None if until == due or is_after(now, until) else until,
        done,
        done + len(lacking),
        on_leave,
        tuple(entry for _, entry in lacking),
        *(coming or (None, None)),
    )


def _coming(course: Course, now: datetime, for_all: Sequence[Action]) -> tuple[int, datetime] | None:
    """Return the week with the next deadline."""
    ahead = [(deadline(week, for_all), week.week) for week in course.checkins]
    found = min(((due, number) for due, number in ahead if not is_after(now, due)), default=None)
    return (found[1], found[0]) if found else None


def public_text(course: Course, found: Monday, now: datetime) -> Text:
    """Return what can be pasted into a group chat: counts and deadlines, no names."""
    parts: list[Text] = []
    if not found.lacking:
        parts.append(ALL_DONE.format(week=found.week, of=found.of))
    else:
        makeup = last_makeup_moment(course, found.due)
        rest = OVER if is_after(now, makeup) else MAKE_UP_UNTIL.format(until=weekday_moment(makeup, course.zone))
        if found.late_until:
            rest = STILL_LATE.format(until=weekday_moment(found.late_until, course.zone))
        values = {"week": found.week, "done": found.done, "of": found.of, "lacking": len(found.lacking)}
        parts.append(COUNTS.format(**values, rest=rest))
    if found.on_leave:
        parts.append(ON_LEAVE.format(count=found.on_leave))
    if found.next_due:
        parts.append(NEXT.format(week=found.next_week, due=weekday_moment(found.next_due, course.zone)))
    said = Text(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))
    zone = ZONE.format(zone=course.timezone)
    lines = [Text(zh=said.zh + zone.zh, en=f"{said.en} {zone.en}")]
    if found.late_until and found.lacking:
        lines.append(TYPE.format(command=command(course, found.week)))
    return Text.joined(lines, "\n")


def _missing(course: Course, week: CheckinWeek, summary: Summary, refused: Text | None) -> Iterator[Text]:
    """Yield what a student lacks in a week, from what is there of them. refused: why their newest note does not count."""
    rule = proof_of(course, week)
    pieces = [piece for piece in summary.ledger.checkins if piece.week == week.week]
    low = [
        attempt
        for attempt in summary.ledger.attempts
        if week.opens <= attempt.at <= week.due
        and week.chapter in (None, attempt.chapter)
        and attempt.points < rule.points
    ]
    if any(piece.kind == "note" for piece in pieces) and rule.proof in ("submission", "both"):
        yield NOTE_ALONE
    elif any(piece.proof.startswith("handed-in:") for piece in pieces):
        yield WAITING
    elif any(piece.kind == "submission" for piece in pieces) and rule.proof in ("note", "both"):
        yield SUBMISSION_ALONE
    elif low:
        yield TOO_FEW.format(chapter=low[-1].chapter, points=low[-1].points, least=rule.points)
    elif refused is None:
        yield NOTHING
    if refused is not None:
        yield REFUSED.format(why=refused)


def _sentence(
    course: Course, summary: Summary, one: WeekStatus, now: datetime, coming: tuple[int, datetime] | None
) -> Text:
    """Return what a TA can send to a student as it stands."""
    student, zone = summary.student, course.zone
    parts = [HELLO.format(name=student.name or student.id, week=one.week)]
    until = makeup_until(course, summary, one, now)
    if one.late_until:
        moment = weekday_moment(one.late_until, zone)
        parts.append(SAY_LATE.format(until=moment, command=command(course, one.week)))
    elif one.status is Status.OPEN:
        parts.append(SAY_OPEN.format(due=weekday_moment(one.due, zone), command=command(course, one.week)))
    elif until:
        parts.append(SAY_MAKE_UP.format(until=weekday_moment(until, zone), command=MAKE_UP.format(week=one.week)))
    else:
        parts.append(SAY_ASK.format(command=ASK.format(week=one.week)))
    if coming and coming[0] != one.week:
        parts.append(NEXT.format(week=coming[0], due=weekday_moment(coming[1], zone)))
    parts.append(HELP)
    return Text(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))
