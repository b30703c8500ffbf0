"""The status of one student in every week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from autograder.checkin.weeks import by_number, deadline, is_after, last_late_moment, proof_of, standing_at
from autograder.course import CheckinProof, CheckinWeek, Course
from autograder.store.records import Action, CheckIn, Ledger


class Status(StrEnum):
    """What a week is for a student."""

    UPCOMING = "upcoming"
    OPEN = "open"
    LATE_OPEN = "late_open"
    ON_TIME = "on_time"
    LATE = "late"
    MADE_UP = "made_up"
    ON_LEAVE = "on_leave"
    MISSED = "missed"


DONE = frozenset({Status.ON_TIME, Status.LATE, Status.MADE_UP})
_BEST_FIRST = (Status.ON_TIME, Status.LATE, Status.MADE_UP)


class WeekStatus(NamedTuple):
    """One week of one student. due: the deadline that holds for this student; at: when the week was earned.

    late_until: the last moment that still counts as late, while the week is in its late window.
    """

    week: int
    status: Status
    due: datetime
    at: datetime | None = None
    proof: str = ""
    excused: bool = False
    late_until: datetime | None = None


class WeekJudge:
    """Tells the status of weeks at one moment; made once for a whole class."""

    def __init__(self, course: Course, now: datetime, for_all: Iterable[Action] = ()) -> None:
        self.course, self.now = course, now
        self.for_all = tuple(action for action in for_all if action.student is None)
        self.weeks = by_number(course)
        self._by_number = {week.week: position for position, week in enumerate(self.weeks)}
        self._decided = {week.week: tuple(a for a in self.for_all if a.week == week.week) for week in self.weeks}
        self._plain = tuple(self._without_proof(week, self._decided[week.week]) for week in self.weeks)

    def statuses(self, ledger: Ledger) -> tuple[WeekStatus, ...]:
        """Return the status of every week, in the order of time."""
        if not ledger.checkins and not ledger.actions:
            return self._plain
        pieces: dict[int, list[CheckIn]] = {}
        for piece in ledger.checkins:
            pieces.setdefault(piece.week, []).append(piece)
        decisions: dict[int, list[Action]] = {}
        for action in ledger.actions:
            if action.week is not None:
                decisions.setdefault(action.week, []).append(action)
        found = list(self._plain)
        for number in pieces.keys() | decisions.keys():
            if (position := self._by_number.get(number)) is not None:
                found[position] = self._one(position, pieces.get(number, ()), tuple(decisions.get(number, ())))
        return tuple(found)

    def _one(self, position: int, pieces: Sequence[CheckIn], own: tuple[Action, ...]) -> WeekStatus:
        week, plain = self.weeks[position], self._plain[position]
        if own:
            plain = self._without_proof(week, self._decided[week.week] + own)
        earned = _earned(self.course, week, plain.due, pieces)
        if earned and (plain.status is not Status.ON_LEAVE or earned[0] is not Status.MADE_UP):
            return WeekStatus(plain.week, earned[0], plain.due, earned[1].at, earned[1].proof)
        granted = holding(own, "makeup")
        if granted and plain.status is not Status.ON_LEAVE:
            return WeekStatus(plain.week, Status.MADE_UP, plain.due, granted.at)
        return plain

    def _without_proof(self, week: CheckinWeek, actions: tuple[Action, ...]) -> WeekStatus:
        """Return the status of a week without a check-in. actions: about this week, for everybody and for a student."""
        due = deadline(week, actions)
        excused = holding(actions, "excuse") is not None
        if excused or holding(actions, "leave"):
            return WeekStatus(week.week, Status.ON_LEAVE, due, excused=excused)
        if self.now < week.opens:
            return WeekStatus(week.week, Status.UPCOMING, due)
        if not is_after(self.now, due):
            return WeekStatus(week.week, Status.OPEN, due)
        until = last_late_moment(self.course, week, due)
        if not is_after(self.now, until):
            return WeekStatus(week.week, Status.LATE_OPEN, due, late_until=until)
        return WeekStatus(week.week, Status.MISSED, due)


def holding(actions: Sequence[Action], kind: str) -> Action | None:
    """Return a decision about a week that holds: the newest for the student, or the newest for everybody."""
    newest: dict[str | None, Action] = {}
    for action in actions:
        if action.kind == kind:
            newest[action.student] = action
    return next((action for action in newest.values() if action.active), None)


def _earned(
    course: Course, week: CheckinWeek, due: datetime, pieces: Sequence[CheckIn]
) -> tuple[Status, CheckIn] | None:
    """Return what the pieces of proof make of a week, and the piece that decided."""
    if not pieces:
        return None
    rule = proof_of(course, week)
    if rule.proof != "both":  # the usual case: nothing is better than on time
        for piece in pieces:
            if piece.standing == "on_time" and fits(rule, piece):
                return Status.ON_TIME, piece
    best: dict[str, tuple[Status, CheckIn]] = {}
    for piece in pieces:
        if not fits(rule, piece):
            continue
        status = _status(course, week, due, piece)
        known = best.get(piece.kind)
        if known is None or _BEST_FIRST.index(status) < _BEST_FIRST.index(known[0]):
            best[piece.kind] = status, piece
    if rule.proof == "both" and len(best) < 2:
        return None
    ranked = sorted(best.values(), key=lambda one: _BEST_FIRST.index(one[0]))
    return (ranked[-1] if rule.proof == "both" else ranked[0]) if ranked else None


def fits(rule: CheckinProof, piece: CheckIn) -> bool:
    """Tell whether a piece of proof is of a kind that the rule asks for."""
    return rule.proof in ("either", "both", piece.kind)


def _status(course: Course, week: CheckinWeek, due: datetime, piece: CheckIn) -> Status:
    """Return the better of what a piece was when it was made and what it is by the dates of today.

    So nobody loses a week because a date, the zone or the rule changed afterwards.
    """
    then = Status(piece.standing)
    if then is Status.ON_TIME:
        return then
    today = standing_at(course, week, due, piece.at)
    return min((then, Status(today)) if today else (then,), key=_BEST_FIRST.index)
