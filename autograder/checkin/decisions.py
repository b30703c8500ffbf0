"""What TAs decide: leave, make-ups, reopened weeks, excuses. Checked against the course before it is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from autograder.checkin.identity import near_ids
from autograder.checkin.rules import makeups_left
from autograder.checkin.status import DONE, Status, WeekJudge, WeekStatus
from autograder.checkin.weeks import month_of, utc_now
from autograder.checkin.wording import STATUS_WORDS, shown_moment
from autograder.course import Course
from autograder.course.wording import no_chapter
from autograder.errors import AutograderError
from autograder.store.checkins import actions_for, add_actions, checkins_of
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledger_of
from autograder.store.records import LATENESS, LEFT_OUT, Action, ActionKind, Student
from autograder.store.roster import class_list
from autograder.text import Text
from autograder.untrusted.outside import storable

REASON_NEEDED = Text(zh="要写理由：--reason 文字", en="a reason is needed: --reason TEXT")
TOO_MUCH_LEAVE = Text(
    zh="{student}: 一共请假 {weeks} 周，这门课最多 {most} 周；仍要批准请加 --beyond",
    en="{student}: {weeks} weeks of leave, the course allows {most}; add --beyond to grant them all the same",
)
QUOTA = Text(
    zh="{student}: {month} 的 {limit} 次补卡已用完；仍要批准请加 --beyond",
    en="{student}: the {limit} make-ups of {month} are used up; add --beyond to grant one more",
)
ONE_OF_TWO = Text(zh="请给出一周或一章，二者之一", en="give either a week or a chapter")
NOT_LATER = Text(zh="新的截止时间要晚于 {due}", en="the new deadline must be later than {due}")
NO_WEEK = Text(zh="没有第 {week} 周；这门课有{weeks}", en="there is no week {week}; the course has {weeks}")
WEEKS = Text(zh="第 {first} 到 {last} 周", en="weeks {first} to {last}")
NO_WEEKS = Text(zh="没有打卡周", en="no check-in weeks")
NO_STUDENT = Text(zh="没有学生 {student!r}；{advice}", en="there is no student {student!r}; {advice}")
MEANT = Text(zh="是不是 {near}？", en="did you mean {near}?")
SEE_ROSTER = Text(
    zh="见 autograder roster, autograder import-roster", en="see autograder roster, autograder import-roster"
)
NO_MOMENT = Text(
    zh="{text!r} 不是日期时间；写成 2026-10-11 或 2026-10-11T20:00",
    en="{text!r} is not a date and time; write it like 2026-10-11 or 2026-10-11T20:00",
)
NOT_OVER = Text(
    zh="{student}: 第 {week} 周的截止时间 {due} 还没有过，不用补卡",
    en="{student}: week {week} is not over before {due}; there is nothing to make up",
)
NOTHING_DUE = Text(
    zh="第 {week} 周还没有开始，没有什么可以免除；提前批准请用 leave",
    en="week {week} has not begun, there is nothing to excuse; to grant it ahead use leave",
)
NOTHING_TO_VOID = Text(
    zh="{student}: 第 {week} 周没有打卡，没有什么可以作废",
    en="{student}: there is no check-in in week {week}, nothing to take back",
)
NO_EFFECT = Text(zh="{student}: {weeks}，这个决定不起作用", en="{student}: {weeks}; the decision would change nothing")
IS_ALREADY = Text(zh="第 {week} 周已经是{status}", en="week {week} is {status} already")


EARNED = (Status.ON_TIME, Status.LATE)


class DecisionError(AutograderError):
    """A decision that cannot be stored."""


@dataclass(frozen=True)
class Decided:
    """What became of a decision.

    Attributes:
        count: How much is new.
        idle: Weeks that stay as they are.
        actions: What it is made of.
    """

    count: int
    idle: tuple[WeekStatus, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class StaffDecisions:
    """Stores decisions of one TA, each with its reason, in the audit log too.

    Attributes:
        trial: `reopen` and `excuse` store nothing.
    """

    course: Course
    database: Database
    actor: str
    clock: Callable[[], datetime] = utc_now
    trial: bool = False

    def leave(self, student: str | None, weeks: Sequence[int], reason: str, *, revoke: bool, beyond: bool) -> Decided:
        """Put a student, or with None the whole class, on leave for some weeks (请假).

        Weeks in which a student has checked in on time or late stay as they are; they are named in what is returned.
        """
        with self.database.writing() as connection:
            given = [self._action("leave", student, reason, week=week, revoke=revoke) for week in weeks]
            if student is None:
                return Decided(add_actions(connection, given))
            self._student(connection, student)
            if revoke:
                return Decided(add_actions(connection, given))
            idle = tuple(one for one in self._weeks(connection, student, weeks) if one.status in EARNED)
            useful = [action for action in given if action.week not in {one.week for one in idle}]
            if not useful:
                raise DecisionError(_no_effect(student, *idle))
            if not beyond:
                self._within_limit(connection, student, {action.week for action in useful if action.week})
            return Decided(add_actions(connection, useful), idle)

    def makeup(self, student: str, week: int, reason: str, *, revoke: bool, beyond: bool) -> Decided:
        """Approve a make-up (补卡) of a week that a student missed."""
        with self.database.writing() as connection:
            self._student(connection, student)
            action = self._action("makeup", student, reason, week=week, revoke=revoke)
            own = [one for one in actions_for(connection, student) if one.student == student]
            newest = next((one for one in reversed(own) if one.kind == "makeup" and one.week == week), None)
            if not revoke and not (newest and newest.active):
                self._missed(self._weeks(connection, student, [week])[0], student)
                month = month_of(action.at, self.course.zone)
                left = makeups_left(self.course, month, checkins_of(connection, student), own)
                if left == 0 and not beyond:
                    raise DecisionError(QUOTA.format(student=student, limit=self.course.makeup.per_month, month=month))
            return Decided(add_actions(connection, [action]))

    def excuse(
        self,
        student: str | None,
        reason: str,
        *,
        week: int | None = None,
        chapter: str | None = None,
        late: bool = False,
        revoke: bool = False,
    ) -> Decided:
        """Excuse a student, or with None the whole class, for a week: it does not count; or for a chapter.

        The chapter is no part of the total then, or with `late` nothing is taken off for lateness. Of the two the newest
        holds.
        """
        self._one_of_two(week, chapter)
        value = (LATENESS if late else LEFT_OUT) if chapter and not revoke else ""
        with self.database.writing() as connection:
            action = self._action("excuse", student, reason, week=week, chapter=chapter, revoke=revoke, value=value)
            if student is not None:
                self._student(connection, student)
            if week is not None and not revoke:
                self._due_by_now(connection, student, week)
            return self._kept(connection, action)

    def _one_of_two(self, week: int | None, chapter: str | None) -> None:
        """Raise `DecisionError` where not exactly one of the two is given, or the chapter is none of the course."""
        if (week is None) == (chapter is None):
            raise DecisionError(ONE_OF_TWO)
        if chapter is not None and self.course.chapter(chapter) is None:
            raise DecisionError(no_chapter(chapter, (dates.id for dates in self.course.chapters)))

    def void(self, student: str, weeks: Sequence[int], reason: str, *, revoke: bool) -> Decided:
        """Take the proof back that a student has for some weeks; what comes later may count again."""
        with self.database.writing() as connection:
            self._student(connection, student)
            given = [self._action("void", student, reason, week=week, revoke=revoke) for week in weeks]
            if not revoke:
                self._has_proof(connection, student, weeks)
            return Decided(add_actions(connection, given))

    def name_of(self, student: str | None) -> str:
        """Return the name of a student of the class list, empty where it is not known."""
        if student is None:
            return ""
        with self.database.reading() as connection:
            return known_student(connection, student).name

    def reopen(
        self,
        until: datetime | None,
        reason: str,
        *,
        week: int | None = None,
        chapter: str | None = None,
        student: str | None = None,
        revoke: bool = False,
    ) -> Decided:
        """Give a week or a chapter a later deadline, for one student or for all."""
        self._one_of_two(week, chapter)
        action = self._action("reopen", student, reason, week=week, chapter=chapter, until=until, revoke=revoke)
        if not revoke:
            due = self._due(week, chapter)
            if until is None or until <= due:
                raise DecisionError(NOT_LATER.format(due=shown_moment(due, self.course.zone)))
        with self.database.writing() as connection:
            if student is not None:
                self._student(connection, student)
            return self._kept(connection, action)

    def _kept(self, connection: Connection, action: Action) -> Decided:
        """Store a decision; only return it where this is a trial."""
        return Decided(0 if self.trial else add_actions(connection, [action]), actions=(action,))

    def _weeks(self, connection: Connection, student: str, numbers: Sequence[int]) -> list[WeekStatus]:
        """Return where a student stands in some weeks now."""
        judge = WeekJudge(self.course, self.clock(), for_everybody(connection))
        found = {one.week: one for one in judge.statuses(ledger_of(connection, student))}
        return [found[number] for number in numbers]

    def _has_proof(self, connection: Connection, student: str, weeks: Sequence[int]) -> None:
        """Raise `DecisionError` for a week without a check-in: there is nothing to take back."""
        known = {piece.week for piece in checkins_of(connection, student)}
        if bare := [str(week) for week in weeks if week not in known]:
            raise DecisionError(NOTHING_TO_VOID.format(student=student, week=", ".join(bare)))

    def _within_limit(self, connection: Connection, student: str, weeks: set[int]) -> None:
        """Raise `DecisionError` where a student would have more weeks of leave than the course allows."""
        own = [a for a in actions_for(connection, student) if a.kind == "leave" and a.student == student]
        holding = {action.week: action.active for action in own}
        count = len({week for week, active in holding.items() if active} | weeks)
        if count > self.course.leave.most_weeks:
            most = self.course.leave.most_weeks
            raise DecisionError(TOO_MUCH_LEAVE.format(student=student, weeks=count, most=most))

    def _missed(self, week: WeekStatus, student: str) -> None:
        """Raise `DecisionError` where a week needs no make-up: it is not over, done, or on leave."""
        if week.status in (Status.OPEN, Status.UPCOMING):
            due = shown_moment(week.due, self.course.zone)
            raise DecisionError(NOT_OVER.format(student=student, week=week.week, due=due))
        if week.status is Status.ON_LEAVE or week.status in DONE:
            raise DecisionError(_no_effect(student, week))

    def _due_by_now(self, connection: Connection, student: str | None, number: int) -> None:
        """Raise `DecisionError` where nothing is due in a week: it has not begun, or is done."""
        week = self.course.week(number)
        if week is not None and self.clock() < week.opens:
            raise DecisionError(NOTHING_DUE.format(week=number))
        if student is None:
            return
        one = self._weeks(connection, student, [number])[0]
        if one.status in EARNED or (one.status is Status.ON_LEAVE and not one.excused):
            raise DecisionError(_no_effect(student, one))

    def _due(self, week: int | None, chapter: str | None) -> datetime:
        dates = self.course.chapter(chapter) if chapter else self.course.week(week or 0)
        assert dates is not None
        return dates.due

    def _action(
        self,
        kind: ActionKind,
        student: str | None,
        reason: str,
        *,
        week: int | None = None,
        chapter: str | None = None,
        until: datetime | None = None,
        revoke: bool = False,
        value: str = "",
    ) -> Action:
        if not reason.strip():
            raise DecisionError(REASON_NEEDED)
        if week is not None and self.course.week(week) is None:
            numbers = [entry.week for entry in self.course.checkins]
            raise DecisionError(NO_WEEK.format(week=week, weeks=_shown_weeks(numbers)))
        moment = None if revoke else until
        return Action(
            kind, self.actor, self.clock(), storable(reason.strip()), student, week, chapter, moment, not revoke, value
        )

    def _student(self, connection: Connection, student: str) -> None:
        """Raise `DecisionError` for an id that is in nobody's list and left no trace."""
        if class_list(connection, [student]):
            return
        ledger = ledger_of(connection, student)
        if ledger.checkins or ledger.attempts or ledger.actions:
            return
        near = near_ids(student, class_list(connection).values())
        parts = [part for part in (", ".join(near[:-1]), near[-1] if near else "") if part]
        meant = Text(zh=" 或 ".join(parts), en=" or ".join(parts))
        advice = MEANT.format(near=meant) if near else SEE_ROSTER
        raise DecisionError(NO_STUDENT.format(student=student, advice=advice))


def known_student(connection: Connection, student: str) -> Student:
    """Return a student of the class list, one with the id alone where he is not in it."""
    return class_list(connection, [student]).get(student, Student(student))


def moment_from(text: str, course: Course) -> datetime:
    """Return a moment in UTC from ISO 8601. Without an offset it is of the course's zone; a bare date ends at 23:59:59."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DecisionError(NO_MOMENT.format(text=text)) from None
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}|\d{4}-?W\d{2}-?\d", text.strip()):
        moment += timedelta(days=1, seconds=-1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=course.zone)).astimezone(utc_now().tzinfo)


def _shown_weeks(numbers: Sequence[int]) -> Text:
    return WEEKS.format(first=min(numbers), last=max(numbers)) if numbers else NO_WEEKS


def _no_effect(student: str, *weeks: WeekStatus) -> Text:
    each = (IS_ALREADY.format(week=one.week, status=STATUS_WORDS[one.status]) for one in weeks)
    return NO_EFFECT.format(student=student, weeks=Text.joined(each, ", "))
