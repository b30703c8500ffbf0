"""What the store hands out and takes: plain records, all moments in UTC.

Records of which a class has a million are named tuples here and in `checkin`: they are made in a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, NamedTuple, Union

from autograder.text import Text

CheckInKind = Literal["submission", "note"]
Standing = Literal["on_time", "late", "made_up"]
ActionKind = Literal["leave", "makeup", "reopen", "excuse", "void", "board", "choose"]
RequestKind = Literal["leave", "makeup", "appeal"]


def names_of(kind: type) -> tuple[str, ...]:
    """Return the names of a record's fields, in their order."""
    return tuple(field.name for field in fields(kind))


@dataclass(frozen=True)
class Student:
    """One line of the class list.

    Attributes:
        joined: The first week of a student who came later, None for who was there at the start.
    """

    id: str
    name: str = ""
    email: str = ""
    group: str = ""
    active: bool = True
    joined: int | None = None


class CheckIn(NamedTuple):
    """One piece of proof for one week.

    Attributes:
        proof: The key of the result that earned it, the hash of the submission, or the hash of the note.
        reason: Why it is made up.
        standing: What it was when it was made, by the dates of then.
        month: Of the course's zone, `2026-10`.
        received_at: When it reached the class, None where that was not kept.
        marks: What the class noticed about a note, one mark on each line.
    """

    week: int
    kind: CheckInKind
    proof: str
    at: datetime
    standing: Standing
    month: str
    note: str = ""
    reason: str = ""
    received_at: datetime | None = None
    marks: str = ""


@dataclass(frozen=True)
class Refusal:
    """A note that does not count, and why.

    Attributes:
        week: 0 where it named none.
        at: The moment that it claims.
    """

    student: str
    week: int
    proof: str
    note: str
    at: datetime
    received_at: datetime
    why: Text


@dataclass(frozen=True)
class Request:
    """What a student asks for: leave or a make-up of one week, or an appeal, which is about a chapter (week: 0).

    Attributes:
        digest: Of the hand-in that an appeal is about, empty where it is about whatever counts.
    """

    student: str
    kind: RequestKind
    week: int
    reason: str
    at: datetime
    received_at: datetime
    id: int = 0
    chapter: str = ""
    digest: str = ""


class Wish(NamedTuple):
    """What a travelling record asks for, as `Request` has it.

    Attributes:
        at: The moment that it claims.
    """

    kind: RequestKind
    week: int
    reason: str
    at: datetime
    chapter: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Answer:
    """What a TA answered to a request."""

    request: int
    actor: str
    at: datetime
    granted: bool
    reason: str = ""


@dataclass(frozen=True)
class RulesSince:
    """The rules of a course as JSON, and since when the class knows them."""

    since: datetime
    rules: str


@dataclass(frozen=True)
class Action:
    """What a TA decided (or, for the board, the student); the newest of its kind and target holds.

    Attributes:
        student: None means everybody.
        until: The new deadline of a reopened week or chapter.
        value: The pseudonym, the attempt that was chosen, as `CHOSEN` has it, or what of a chapter is excused:
            `LATENESS` or `LEFT_OUT`.
    """

    kind: ActionKind
    actor: str
    at: datetime
    reason: str = ""
    student: str | None = None
    week: int | None = None
    chapter: str | None = None
    until: datetime | None = None
    active: bool = True
    value: str = ""
    id: int = 0


LATENESS, LEFT_OUT = "lateness", "left out"
"""What of a chapter is excused: nothing is taken off for being late, or it is no part of the total."""
CHOSEN = "attempt {number} {digest}"
"""What a chosen attempt is in an action's value. Its digest says which it is; the number is for people."""


class Attempt(NamedTuple):
    """One submission of one chapter, graded.

    Attributes:
        number: 1, 2, ... in the order in which they came.
        at: When it was handed in.
        key: Of the result.
        digest: Of what was handed in.
    """

    chapter: str
    number: int
    at: datetime
    points: float
    max_points: float
    key: str
    digest: str = ""


ByHand = Union[float, Mapping[str, float]]  # Python 3.9 knows no other form
"""Points that TAs gave or took: for every attempt alike, or by the key of the attempt's result."""


@dataclass(frozen=True)
class Ledger:
    """All that is known about one student, oldest first.

    Attributes:
        by_hand: Points that TAs added or took off, by chapter and, where it is known, by the key of the attempt that
            they marked.
        away: From when to when the student had left the class, None while they still have.
        rules: Those that the class has known, oldest first.
    """

    student: Student
    checkins: tuple[CheckIn, ...] = ()
    actions: tuple[Action, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    by_hand: tuple[tuple[str, ByHand], ...] = ()
    away: tuple[tuple[datetime, datetime | None], ...] = ()
    rules: tuple[RulesSince, ...] = ()


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit log: who did what to whom, when and why, and the key of the result that shows it."""

    at: datetime
    actor: str
    what: str
    student: str = ""
    target: str = ""
    old: str = ""
    new: str = ""
    reason: str = ""
    key: str = ""


@dataclass(frozen=True)
class Certificate:
    """A certificate as it was given.

    Attributes:
        weeks_percent, points: What had been reached.
    """

    id: str
    student: str
    name: str
    course: str
    weeks_percent: float
    points: float
    at: datetime
