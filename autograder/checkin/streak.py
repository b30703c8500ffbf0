"""Completion rate and streaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograder.checkin.status import DONE, Status, WeekStatus

_GOES_ON = (Status.ON_TIME, Status.LATE)
_LEFT_OUT = (Status.ON_LEAVE, Status.NOT_IN_CLASS)


class Progress(NamedTuple):
    """How far a student is.

    Attributes:
        completion: Fraction 0..1 of the weeks so far, a week made up counting less.
        done, of: The weeks behind it.
        current, longest: Streaks, in weeks.
    """

    completion: float
    done: int
    of: int
    on_time: int
    current: int
    longest: int
    missed_in_a_row: int


def progress(statuses: Sequence[WeekStatus], makeup_worth: float) -> Progress:
    """Return the progress of weeks in the order of time.

    A streak grows with each week on time or late. A week made up and a week on leave neither add to it nor break it; a
    missed week does. A week that is not over counts as soon as it is earned.

    Args:
        makeup_worth: Fraction 0..1.
    """
    done = on_time = of = current = longest = missed = 0
    worth = 0.0
    for one in statuses:
        status = one.status
        if status is Status.MISSED:
            of, current, missed = of + 1, 0, missed + 1
        elif status in DONE:
            of, done, missed = of + 1, done + 1, 0
            worth += _worth(one, makeup_worth)
            if status in _GOES_ON:
                on_time += status is Status.ON_TIME
                current += 1
                longest = max(longest, current)
    return Progress(worth / of if of else 0.0, done, of, on_time, current, longest, missed)


def share_of_the_course(statuses: Sequence[WeekStatus], makeup_worth: float) -> float:
    """Return the fraction 0..1 of all weeks of the course that is done; weeks on leave or not in the class are left out."""
    worth, counted = 0.0, 0
    for one in statuses:
        status = one.status
        if status not in _LEFT_OUT:
            counted += 1
            if status in DONE:
                worth += _worth(one, makeup_worth)
    return worth / counted if counted else 0.0


def _worth(one: WeekStatus, makeup_worth: float) -> float:
    """Return what a week that is done is worth: fraction 0..1."""
    if one.status is not Status.MADE_UP:
        return 1.0
    return makeup_worth if one.worth is None else one.worth
