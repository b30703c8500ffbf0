"""The status of one student in every week."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from autograder.checkin.rulebook import Rulebook
from autograder.checkin.weeks import (
    by_number,
    deadline,
    evidence_of,
    is_after,
    last_late_moment,
    proof_of,
    standing_at,
)
from autograder.course import CheckinProof, CheckinWeek, Course
from autograder.portable.older import TextEnum
from autograder.store.records import Action, CheckIn, Ledger, RulesSince


class Status(TextEnum):
    """What a week is for a student."""

    UPCOMING = "upcoming"
    OPEN = "open"
    LATE_OPEN = "late_open"
    ON_TIME = "on_time"
    LATE = "late"
    MADE_UP = "made_up"
    ON_LEAVE = "on_leave"
    MISSED = "missed"
    WAITING = "waiting"
    NOT_IN_CLASS = "not_in_class"


DONE = frozenset({Status.ON_TIME, Status.LATE, Status.MADE_UP})
_BEST_FIRST = (Status.ON_TIME, Status.LATE, Status.MADE_UP)
_NOT_DONE = (Status.OPEN, Status.LATE_OPEN, Status.MISSED)
HANDED_IN = "handed-in:"  # how the proof of a submission begins that has no points yet


class WeekStatus(NamedTuple):
    """One week of one student.

    Attributes:
        due: The deadline that holds for this student.
        at: When the week was earned.
        late_until: The last moment that still counts as late, while the week is in its late window.
        marks: What the class noticed about its notes.
        worth: Fraction 0..1 of a week made up.
        void: A TA took its proof back.
    """

    week: int
    status: Status
    due: datetime
    at: datetime | None = None
    proof: str = ""
    excused: bool = False
    late_until: datetime | None = None
    marks: str = ""
    worth: float | None = None
    void: bool = False


class WeekJudge:
    """Tells the status of weeks at one moment; made once for a whole class."""

    def __init__(self, course: Course, now: datetime, for_all: Iterable[Action] = ()) -> None:
        self.course, self.now = course, now
        self.for_all = tuple(action for action in for_all if action.student is None)
        self.weeks = by_number(course)
        self._by_number = {week.week: position for position, week in enumerate(self.weeks)}
        self._decided = {week.week: tuple(a for a in self.for_all if a.week == week.week) for week in self.weeks}
        self._book: tuple[tuple[RulesSince, ...], Rulebook] = (), Rulebook(())
        self._plain = tuple(self._without_proof(week, self._decided[week.week]) for week in self.weeks)

    def statuses(self, ledger: Ledger) -> tuple[WeekStatus, ...]:
        """Return the status of every week, in the order of time."""
        known = ledger.student.joined is None and not ledger.away
        if known and not ledger.checkins and not ledger.actions:
            return self._plain
        pieces: dict[int, list[CheckIn]] = {}
        for piece in ledger.checkins:
            pieces.setdefault(piece.week, []).append(piece)
        decisions: dict[int, list[Action]] = {}
        for action in ledger.actions:
            if action.week is not None:
                decisions.setdefault(action.week, []).append(action)
        book = self._book_of(ledger)
        found = list(self._plain)
        for number in pieces.keys() | decisions.keys():
            if (position := self._by_number.get(number)) is not None:
                own = tuple(decisions.get(number, ()))
                found[position] = self._one(position, pieces.get(number, ()), own, book)
        return tuple(found) if known else tuple(_in_class(one, ledger) for one in found)

    def _book_of(self, ledger: Ledger) -> Rulebook:
        if ledger.rules is not self._book[0]:
            self._book = ledger.rules, Rulebook(ledger.rules)
        return self._book[1]

    def _one(self, position: int, pieces: Sequence[CheckIn], own: tuple[Action, ...], book: Rulebook) -> WeekStatus:
        week, plain = self.weeks[position], self._plain[position]
        if own:
            plain = self._without_proof(week, self._decided[week.week] + own)
            if void := holding(own, "void"):
                pieces = [piece for piece in pieces if (piece.received_at or piece.at) > void.at]
                plain = plain._replace(void=True)
        earned = earned_by(self.course, week, plain.due, pieces, book)
        if earned and (plain.status is not Status.ON_LEAVE or earned.status is not Status.MADE_UP):
            worth = self._makeup_worth(book, earned.piece.at) if earned.status is Status.MADE_UP else None
            piece = earned.piece
            done = WeekStatus(plain.week, earned.status, plain.due, piece.at, piece.proof)
            return done if worth is None and not piece.marks else done._replace(marks=piece.marks, worth=worth)
        granted = holding(own, "makeup")
        if granted and plain.status is not Status.ON_LEAVE:
            worth = self._makeup_worth(book, granted.at)
            return WeekStatus(plain.week, Status.MADE_UP, plain.due, granted.at, worth=worth)
        if plain.status in _NOT_DONE and waits_for_points(self.course, week, pieces):
            return plain._replace(status=Status.WAITING, late_until=None)
        if pieces and plain.status in _NOT_DONE:
            return plain._replace(marks="\n".join(filter(None, (piece.marks for piece in pieces))))
        return plain

    def _makeup_worth(self, book: Rulebook, moment: datetime) -> float:
        """Return what a week made up at a moment is worth: the most that it was worth since then."""
        since = (rules.makeup_worth for rules in book.from_then_on(moment))
        return max(self.course.makeup.worth_percent / 100.0, *since, 0.0)

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


def _in_class(one: WeekStatus, ledger: Ledger) -> WeekStatus:
    """Return a week as it is for a student who was not in the class for all of the course."""
    joined = ledger.student.joined
    if one.status not in (*_NOT_DONE, Status.UPCOMING):
        return one
    before = joined is not None and one.week < joined
    if before or any(left <= one.due and (back is None or one.due < back) for left, back in ledger.away):
        return one._replace(status=Status.NOT_IN_CLASS, late_until=None)
    return one


class Earned(NamedTuple):
    """What the proof of a week makes of it, and the piece that decided."""

    status: Status
    piece: CheckIn


def earned_by(
    course: Course, week: CheckinWeek, due: datetime, pieces: Sequence[CheckIn], book: Rulebook
) -> Earned | None:
    """Return what the pieces of proof make of a week; each by the kindest rule since it was made."""
    today = proof_of(course, week)
    for piece in pieces:  # the usual case: nothing is better than on time
        if piece.standing == "on_time" and today.proof in ("either", piece.kind) and not is_in_doubt(piece):
            return Earned(Status.ON_TIME, piece)
    best: dict[str, Earned] = {}
    alone: list[Earned] = []
    for piece in pieces:
        accepted = _accepted_as(today, book, piece)
        status = _status(course, week, due, piece, book) if accepted else None
        if status is None:
            continue
        one = Earned(status, piece)
        if accepted == "alone":
            alone.append(one)
        if piece.kind not in best or _rank(one) < _rank(best[piece.kind]):
            best[piece.kind] = one
    if len(best) == 2:
        alone.append(max(best.values(), key=_rank))
    return min(alone, key=_rank, default=None)


def is_in_doubt(piece: CheckIn) -> bool:
    """Return True if a piece is marked, or waits for its points."""
    return bool(piece.marks) or piece.proof.startswith(HANDED_IN)


def waits_for_points(course: Course, week: CheckinWeek, pieces: Sequence[CheckIn]) -> bool:
    """Return True if a week is done as soon as what was handed in for it is graded with enough points."""
    asked = proof_of(course, week).proof
    half = asked != "both" or any(piece.kind == "note" for piece in pieces)
    return half and asked != "note" and any(piece.proof.startswith(HANDED_IN) for piece in pieces)


def _rank(one: Earned) -> int:
    return _BEST_FIRST.index(one.status)


def _accepted_as(today: CheckinProof, book: Rulebook, piece: CheckIn) -> Literal["alone", "together"] | None:
    """Return whether a piece counts alone, together with one of the other kind, or not, by any rule since it was made."""
    if piece.proof.startswith(HANDED_IN):
        return None
    asked = {today.proof, *(rules.proof_of(piece.week).proof for rules in book.from_then_on(piece.at))}
    if asked & {"either", piece.kind}:
        return "alone"
    if "both" in asked:
        return "together"
    # It is older than what is known of the rules; it was taken, so the rule of then asked for it.
    return "alone" if book.is_older(piece.at) else None


def _status(course: Course, week: CheckinWeek, due: datetime, piece: CheckIn, book: Rulebook) -> Status | None:
    """Return the better of what a piece was when it was made and what it is by the dates of today.

    So nobody loses a week because a date, the zone or the rule changed afterwards. A marked note is worth what the rules
    say of the moment at which it came: None for nothing.
    """
    status = Status(piece.standing)
    if status is not Status.ON_TIME:
        days = [rules.proof_of(week.week).late_days for rules in book.from_then_on(piece.at)]
        if today := standing_at(course, week, due, piece.at, late_days=max(days, default=0)):
            status = min(status, Status(today), key=_BEST_FIRST.index)
    if not piece.marks:
        return status
    then = book.at(piece.received_at or piece.at)
    worth = (then.evidence_of(week.week) if then else evidence_of(course, week)).marked
    if worth == "nothing":
        return None
    return Status.LATE if worth == "late" and status is Status.ON_TIME else status
