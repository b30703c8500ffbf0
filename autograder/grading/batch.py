"""Which hand-ins of a class are graded, and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from autograder.grading.classroom import HandIn
from autograder.store.result import Result
from autograder.submission import Rejected
from autograder.submission.files import received_at

SLOWEST = 3


def came_since(hand_ins: Iterable[HandIn], moment: datetime, now: datetime) -> list[HandIn]:
    """Return what was handed in at `moment` or later, both in UTC; and what cannot be read, which is to be told."""
    return [hand_in for hand_in in hand_ins if _came_at(hand_in, now) >= moment]


def _came_at(hand_in: HandIn, now: datetime) -> datetime:
    try:
        return received_at(hand_in.place, now)
    except Rejected:
        return now


def with_failed_result(hand_ins: Iterable[HandIn], newest: Iterable[Result]) -> list[HandIn]:
    """Return those whose newest result was rejected or has a check that did not pass."""
    bad = {(result.student, result.chapter) for result in newest if result.failed}
    return [hand_in for hand_in in hand_ins if (hand_in.student, hand_in.chapter) in bad]


def within(seconds: float | None, clock: Callable[[], float]) -> Callable[[], bool]:
    """Return what tells whether something new may be begun: for so many seconds from now on, None: always."""
    if seconds is None:
        return lambda: True
    end = clock() + seconds
    return lambda: clock() < end


def slowest(results: Iterable[Result]) -> list[Result]:
    """Return the `SLOWEST` results that took longest, longest first."""
    return sorted(results, key=lambda result: -result.seconds)[:SLOWEST]
