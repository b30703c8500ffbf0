"""What TAs decide: leave, make-ups, reopened weeks, excuses. Checked against the course before it is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches

from sqlalchemy import Connection

from autograder.checkin.rules import makeups_left
from autograder.checkin.weeks import month_of, utc_now
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.store.checkins import actions_for, add_actions, checkins_of
from autograder.store.database import Database
from autograder.store.ledgers import ledger_of
from autograder.store.records import Action, ActionKind, Student
from autograder.store.roster import class_list


class OfficeError(AutograderError):
    """A decision that cannot be stored."""


@dataclass(frozen=True)
class Office:
    """Stores decisions of one TA, each with its reason, in the audit log too."""

    course: Course
    database: Database
    actor: str
    clock: Callable[[], datetime] = utc_now

    def leave(self, student: str, weeks: Sequence[int], reason: str, *, revoke: bool, beyond: bool) -> int:
        """Put a student on leave for some weeks (请假); return how many changed."""
        with self.database.writing() as connection:
            self._student(connection, student)
            given = [self._action("leave", student, reason, week=week, revoke=revoke) for week in weeks]
            if not revoke and not beyond:
                holding = {a.week: a.active for a in actions_for(connection, student) if a.kind == "leave"}
                all_weeks = {week for week, active in holding.items() if active} | set(weeks)
                if len(all_weeks) > self.course.leave.most_weeks:
                    raise OfficeError(
                        f"{student}: {len(all_weeks)} weeks of leave, the course allows "
                        f"{self.course.leave.most_weeks}; add --beyond to grant them all the same"
                    )
            return add_actions(connection, given)

    def makeup(self, student: str, week: int, reason: str, *, revoke: bool, beyond: bool) -> int:
        """Approve a make-up (补卡) of a week; return 1 where that is new."""
        with self.database.writing() as connection:
            self._student(connection, student)
            action = self._action("makeup", student, reason, week=week, revoke=revoke)
            own = [one for one in actions_for(connection, student) if one.student == student]
            newest = next((one for one in reversed(own) if one.kind == "makeup" and one.week == week), None)
            if not revoke and not beyond and not (newest and newest.active):
                month = month_of(action.at, self.course.zone)
                if makeups_left(self.course, month, checkins_of(connection, student), own) == 0:
                    raise OfficeError(
                        f"{student}: the {self.course.makeup.per_month} make-ups of {month} are used up; "
                        "add --beyond to grant one more"
                    )
            return add_actions(connection, [action])

    def excuse(self, student: str, week: int, reason: str, *, revoke: bool) -> int:
        """Excuse a student for a week: it does not count for him; return 1 where that is new."""
        with self.database.writing() as connection:
            self._student(connection, student)
            return add_actions(connection, [self._action("excuse", student, reason, week=week, revoke=revoke)])

    def reopen(
        self,
        until: datetime | None,
        reason: str,
        *,
        week: int | None = None,
        chapter: str | None = None,
        student: str | None = None,
        revoke: bool = False,
    ) -> int:
        """Give a week or a chapter a later deadline, for one student or for all; return 1 where that is new."""
        if (week is None) == (chapter is None):
            raise OfficeError("give a week or a chapter, one of them")
        if chapter is not None and self.course.chapter(chapter) is None:
            known = ", ".join(dates.id for dates in self.course.chapters)
            raise OfficeError(f"there is no chapter {chapter!r}; there are: {known}")
        action = self._action("reopen", student, reason, week=week, chapter=chapter, until=until, revoke=revoke)
        if not revoke:
            due = self._due(week, chapter)
            if until is None or until <= due:
                raise OfficeError(f"the new deadline must be later than {due.isoformat()}")
        with self.database.writing() as connection:
            if student is not None:
                self._student(connection, student)
            return add_actions(connection, [action])

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
    ) -> Action:
        if not reason.strip():
            raise OfficeError("a reason is needed: --reason TEXT")
        if week is not None and self.course.week(week) is None:
            numbers = [entry.week for entry in self.course.checkins]
            raise OfficeError(f"there is no week {week}; the course has {_shown_weeks(numbers)}")
        moment = None if revoke else until
        return Action(kind, self.actor, self.clock(), reason.strip(), student, week, chapter, moment, not revoke)

    def _student(self, connection: Connection, student: str) -> None:
        """Raise `OfficeError` for an id that is in nobody's list and left no trace."""
        if class_list(connection, [student]):
            return
        ledger = ledger_of(connection, student)
        if ledger.checkins or ledger.attempts or ledger.actions:
            return
        near = sorted(get_close_matches(student, class_list(connection), n=3))
        meant = " or ".join(filter(None, (", ".join(near[:-1]), near[-1] if near else "")))
        advice = f"; did you mean {meant}?" if near else "; see autograder roster, autograder import-roster"
        raise OfficeError(f"there is no student {student!r}{advice}")


def known_student(connection: Connection, student: str) -> Student:
    """Return a student of the class list, one with the id alone where he is not in it."""
    return class_list(connection, [student]).get(student, Student(student))


def week_numbers(text: str) -> list[int]:
    """Return the weeks of `3`, `3-5` or `2,4-6`; raises `OfficeError`."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?", part)
        if match is None:
            raise OfficeError(f"{text!r} names no weeks; write 3 or 3-5 or 2,4-6")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise OfficeError(f"{part.strip()!r}: the last week comes before the first")
        found.update(range(first, last + 1))
    return sorted(found)


def moment_from(text: str, course: Course) -> datetime:
    """Return a moment in UTC from ISO 8601. Without an offset it is of the course's zone; a bare date ends at 23:59:59."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise OfficeError(f"{text!r} is no date and time; write it like 2026-10-11 or 2026-10-11T20:00") from None
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}|\d{4}-?W\d{2}-?\d", text.strip()):
        moment += timedelta(days=1, seconds=-1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=course.zone)).astimezone(utc_now().tzinfo)


def _shown_weeks(numbers: Sequence[int]) -> str:
    return f"weeks {min(numbers)} to {max(numbers)}" if numbers else "no check-in weeks"
