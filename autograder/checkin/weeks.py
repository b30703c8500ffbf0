"""The calendar of the check-in weeks: which week is when, and how a moment stands to a deadline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from autograder.course import CheckinProof, CheckinWeek, Course, EvidencePolicy
from autograder.errors import AutograderError
from autograder.portable.older import UTC
from autograder.store.records import Action, Standing
from autograder.text import Text

NAMES_NO_WEEKS = Text(
    zh="{text!r} 不是周次；写成 3 或 3-5 或 2,4-6", en="{text!r} names no weeks; write 3 or 3-5 or 2,4-6"
)
BACKWARDS = Text(zh="{text!r}: 最后一周在第一周之前", en="{text!r}: the last week comes before the first")


class WeeksError(AutograderError):
    """A text that names no weeks."""


def utc_now() -> datetime:
    """Return the present moment; the default clock."""
    return datetime.now(UTC)


def second(moment: datetime) -> datetime:
    """Return the beginning of the second of `moment`, so that the deadline's whole second counts."""
    return moment.replace(microsecond=0)


def is_after(moment: datetime, deadline: datetime) -> bool:
    """Return True if `moment` is late: the second of the deadline itself is not, the next one is."""
    return moment > deadline and second(moment) > second(deadline)


def month_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the calendar month of a moment in a zone, such as `2026-10`."""
    return moment.astimezone(zone).strftime("%Y-%m")


def day_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return the calendar day of a moment in a zone, such as `2026-10-08`."""
    return moment.astimezone(zone).strftime("%Y-%m-%d")


def proof_of(course: Course, week: CheckinWeek) -> CheckinProof:
    """Return what counts in a week."""
    return week.counts or course.checkin


def evidence_of(course: Course, week: CheckinWeek) -> EvidencePolicy:
    """Return what a marked note is worth in a week: as the week says, else as the course says."""
    own = week.counts
    return own.evidence if own is not None and "evidence" in own.model_fields_set else course.checkin.evidence


def deadline(week: CheckinWeek, actions: Iterable[Action]) -> datetime:
    """Return the deadline of a week: its own, or the later one of a TA who reopened it."""
    newest: dict[str | None, Action] = {}
    for action in actions:
        if action.kind == "reopen" and action.week == week.week:
            newest[action.student] = action
    moments = [action.until for action in newest.values() if action.active and action.until]
    return max([week.due, *moments])


def last_late_moment(course: Course, week: CheckinWeek, due: datetime) -> datetime:
    """Return the last moment at which a check-in still counts as late, without a make-up."""
    return due + timedelta(days=proof_of(course, week).late_days)


def last_makeup_moment(course: Course, due: datetime) -> datetime:
    """Return the last moment at which a week can be made up without a TA."""
    return due + timedelta(days=course.makeup.look_back_days)


def standing_at(
    course: Course, week: CheckinWeek, due: datetime, moment: datetime, *, late_days: int = 0
) -> Standing | None:
    """Return how a check-in at `moment` stands to the deadline `due`; None where only a make-up is left.

    Args:
        late_days: How long it counted as late by an earlier rule, where that was longer.
    """
    if not is_after(moment, due):
        return "on_time"
    until = max(last_late_moment(course, week, due), due + timedelta(days=late_days))
    return None if is_after(moment, until) else "late"


def open_week(course: Course, moment: datetime, actions: Iterable[Action] = ()) -> CheckinWeek | None:
    """Return the week that is open: of several the one that ends first, None between weeks."""
    actions = tuple(actions)
    found = [w for w in course.checkins if w.opens <= moment and not is_after(moment, deadline(w, actions))]
    return min(found, key=lambda week: (deadline(week, actions), week.week), default=None)


def by_number(course: Course) -> tuple[CheckinWeek, ...]:
    """Return the weeks in the order of time."""
    return tuple(sorted(course.checkins, key=lambda week: (week.due, week.week)))


def week_numbers(text: str) -> list[int]:
    """Return the weeks of `3`, `3-5` or `2,4-6`; raises `WeeksError`."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?", part)
        if match is None:
            raise WeeksError(NAMES_NO_WEEKS.format(text=text))
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise WeeksError(BACKWARDS.format(text=part.strip()))
        found.update(range(first, last + 1))
    return sorted(found)
