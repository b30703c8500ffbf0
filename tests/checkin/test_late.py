"""Late work and attempts."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.late import chapter_deadline, choose_attempt
from autograder.course import LatePolicy
from tests.checkin.samples import SECOND, START, WEEK, action, attempt, course

ZONE = ZoneInfo("Asia/Shanghai")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
POLICY = LatePolicy(grace_minutes=15, percent_per_day=10.0, cap_percent=50.0)


@pytest.mark.parametrize(
    ("late", "percent"),
    [
        (timedelta(0), 0),
        (15 * MINUTE, 0),
        (15 * MINUTE + SECOND, 10),
        (15 * MINUTE + DAY, 10),
        (15 * MINUTE + DAY + SECOND, 20),
        (30 * DAY, 50),
    ],
)
def test_each_day_begun_after_the_grace_costs_up_to_the_cap(late: timedelta, percent: float) -> None:
    found = choose_attempt([attempt("c1", START + late, 80.0)], START, POLICY, ZONE)
    assert found.chosen is not None
    assert found.chosen.percent == percent
    assert found.points == pytest.approx(80.0 * (1 - percent / 100))


def test_the_best_after_what_is_taken_off_counts_and_says_why() -> None:
    attempts = [attempt("c1", START, 70.0, 1), attempt("c1", START + 2 * DAY, 80.0, 2)]
    found = choose_attempt(attempts, START, POLICY, ZONE)
    assert found.chosen is not None
    assert (found.chosen.attempt.number, found.points) == (1, 70.0)
    assert "best" in found.why.en
    last = choose_attempt(attempts, START, POLICY.model_copy(update={"attempt": "last"}), ZONE)
    assert (last.points, last.why.en) == (64.0, "the last one")


def test_the_best_on_time_counts_though_a_late_one_has_more() -> None:
    policy = POLICY.model_copy(update={"attempt": "best_on_time"})
    attempts = [attempt("c1", START, 50.0, 1), attempt("c1", START, 40.0, 2), attempt("c1", START + DAY, 90.0, 3)]
    found = choose_attempt(attempts, START, policy, ZONE)
    assert found.chosen is not None
    assert (found.chosen.attempt.number, found.points, found.why.en) == (1, 50.0, "the best of those in time")
    late = choose_attempt(attempts[2:] * 1 + [attempt("c1", START + 3 * DAY, 95.0, 4)], START, policy, ZONE)
    assert late.chosen is not None
    assert late.chosen.attempt.number == 3


def test_without_a_policy_nothing_is_taken_off_and_the_last_counts() -> None:
    found = choose_attempt([attempt("c1", START, 70.0, 1), attempt("c1", START + WEEK, 60.0, 2)], START, None, ZONE)
    assert found.points == 60.0


def test_too_many_in_a_day_and_too_soon_do_not_count() -> None:
    policy = LatePolicy(attempts_per_day=2, cooldown_minutes=60)
    times = [0, 30, 90, 200, 24 * 60 + 1]
    attempts = [attempt("c1", START + t * MINUTE, 10.0 * n, n) for n, t in enumerate(times, 1)]
    found = choose_attempt(attempts, None, policy, ZONE)
    assert [one.refused is None for one in found.attempts] == [True, False, True, False, True]
    assert "60 minutes" in found.attempts[1].refused.en  # type: ignore[union-attr]
    assert "2 attempts" in found.attempts[3].refused.en  # type: ignore[union-attr]
    assert found.points == 50.0


def test_a_clock_that_ran_backwards_is_no_reason_to_refuse() -> None:
    policy = LatePolicy(cooldown_minutes=60)
    attempts = [attempt("c1", START, 10.0, 1), attempt("c1", START - DAY, 20.0, 2)]
    assert choose_attempt(attempts, None, policy, ZONE).points == 20.0


def test_points_by_hand_belong_to_the_answer() -> None:
    assert choose_attempt([attempt("c1", START + DAY, 50.0)], START, POLICY, ZONE, by_hand=10.0).points == 54.0
    assert choose_attempt([attempt("c1", START, 5.0)], START, POLICY, ZONE, by_hand=-10.0).points == 0.0


def test_a_ta_may_move_the_deadline_of_a_chapter() -> None:
    given_course = course()
    due = given_course.chapters[0].due
    assert chapter_deadline(given_course, "c1", []) == due
    assert chapter_deadline(given_course, "c1", [action("reopen", chapter="c1", until=due + DAY)]) == due + DAY
    assert chapter_deadline(given_course, "nothing", []) is None


@given(
    late=st.lists(st.integers(-5, 20), min_size=1, max_size=6),
    points=st.lists(st.floats(0, 100), min_size=6, max_size=6),
    per_day=st.integers(0, 2),
)
def test_penalties_stay_within_bounds_and_handing_in_again_never_costs(
    late: list[int], points: list[float], per_day: int
) -> None:
    policy = POLICY.model_copy(update={"attempts_per_day": per_day})
    attempts = [attempt("c1", START + day * DAY, points[n], n + 1) for n, day in enumerate(late)]
    best = 0.0
    for n in range(len(attempts)):
        found = choose_attempt(attempts[: n + 1], START, policy, ZONE)
        assert found.points >= best
        best = found.points
        for one in found.attempts:
            assert 0 <= one.percent <= 50
            assert one.attempt.points / 2 <= one.points + 1e-9 <= one.attempt.points + 1e-6
