"""Completion rate and streaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.status import Status, WeekStatus
from autograder.checkin.streak import progress, share_of_the_course
from tests.checkin.samples import START

LETTERS = {
    ".": Status.UPCOMING,
    "o": Status.OPEN,
    "w": Status.LATE_OPEN,
    "T": Status.ON_TIME,
    "L": Status.LATE,
    "M": Status.MADE_UP,
    "-": Status.ON_LEAVE,
    "x": Status.MISSED,
}
histories = st.text("".join(LETTERS), max_size=20)


def weeks(letters: str) -> list[WeekStatus]:
    return [WeekStatus(n, LETTERS[letter], START) for n, letter in enumerate(letters, 1)]


@pytest.mark.parametrize(
    ("letters", "current", "longest", "completion"),
    [
        ("", 0, 0, 0),
        ("....", 0, 0, 0),
        ("TTT", 3, 3, 1),
        ("TTxT", 1, 2, 0.75),
        ("TT-T", 3, 3, 1),  # leave pauses, it does not break
        ("TTMT", 3, 3, 0.875),  # made up: neither breaks nor adds, and is worth half
        ("TTo.", 2, 2, 1),  # the open week breaks nothing yet
        ("TTwo", 2, 2, 1),  # nor does a week in its late window
        ("TTx", 0, 2, 2 / 3),
        ("MM", 0, 0, 0.5),
        ("---", 0, 0, 0),
        ("LT", 2, 2, 1),
    ],
)
def test_known_histories(letters: str, current: int, longest: int, completion: float) -> None:
    found = progress(weeks(letters), 0.5)
    assert (found.current, found.longest) == (current, longest)
    assert found.completion == pytest.approx(completion)


@given(letters=histories)
def test_leave_never_changes_a_streak(letters: str) -> None:
    with_leave = progress(weeks("-" + "-".join(letters) + "-"), 0.5)
    without = progress(weeks(letters.replace("-", "")), 0.5)
    assert with_leave == without


@given(letters=histories, worth=st.floats(0, 1))
def test_bounds_hold(letters: str, worth: float) -> None:
    found = progress(weeks(letters), worth)
    assert 0 <= found.completion <= 1
    assert 0 <= found.current <= found.longest <= found.done <= found.of <= len(letters)
    assert 0 <= share_of_the_course(weeks(letters), worth) <= 1


@given(letters=histories)
def test_made_up_is_never_as_good_as_on_time(letters: str) -> None:
    made_up, on_time = progress(weeks(letters + "M"), 0.5), progress(weeks(letters + "T"), 0.5)
    assert made_up.completion < on_time.completion
    assert made_up.current < on_time.current
