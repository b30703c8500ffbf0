"""The status of a week: every case, and what may never change it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.status import DONE, Status, WeekJudge
from autograder.course import Course
from autograder.store.records import Ledger
from tests.checkin.samples import SECOND, START, WEEK, action, course, ledger, noted

OVER = START + 10 * WEEK
DAY = timedelta(days=1)


def seen(given_ledger: Ledger, now: datetime, given_course: Course | None = None) -> str:
    short = {
        "upcoming": ".",
        "open": "o",
        "late_open": "w",
        "on_time": "T",
        "late": "L",
        "made_up": "M",
        "on_leave": "-",
        "missed": "x",
    }
    statuses = WeekJudge(given_course or course(), now).statuses(given_ledger)
    return "".join(short[one.status] for one in statuses)


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(-0.1, "...."), (0, "o..."), (0.9, "o..."), (1, "wo.."), (1.5, "xo.."), (2.5, "xxo."), (4, "xxxw"), (9, "xxxx")],
)
def test_without_proof_a_week_is_upcoming_then_open_then_late_then_missed(weeks: float, expected: str) -> None:
    assert seen(ledger(), START + weeks * WEEK) == expected


def test_the_open_week_is_late_one_second_after_its_deadline_and_missed_one_after_the_window() -> None:
    due = course().checkins[0].due
    assert seen(ledger(), due) == "o..."
    assert seen(ledger(), due + SECOND) == "wo.."
    assert seen(ledger(), due + 2 * DAY) == "wo.."
    assert seen(ledger(), due + 2 * DAY + SECOND) == "xo.."
    assert seen(ledger(), due + SECOND, course(checkin={"late_days": 0})) == "xo.."


def test_the_late_window_says_its_end_and_ends_with_a_check_in() -> None:
    due = course().checkins[0].due
    first = WeekJudge(course(), due + DAY).statuses(ledger())[0]
    assert (first.status, first.late_until) == (Status.LATE_OPEN, due + 2 * DAY)
    assert seen(ledger([noted(1, due + DAY, "late")]), due + DAY) == "Lo.."


def test_the_late_window_of_a_reopened_week_follows_its_deadline() -> None:
    until = START + 2 * WEEK
    own = action("reopen", 1, until=until, student="s001")
    first = WeekJudge(course(), until + SECOND).statuses(ledger([], [own]))[0]
    assert (first.status, first.late_until) == (Status.LATE_OPEN, until + 2 * DAY)


def test_leave_for_everybody_pauses_for_all_but_those_who_checked_in() -> None:
    typhoon = action("leave", 1)
    judge = WeekJudge(course(), OVER, [typhoon])
    assert judge.statuses(ledger())[0].status is Status.ON_LEAVE
    assert judge.statuses(ledger([noted(2, START)]))[0].status is Status.ON_LEAVE
    assert judge.statuses(ledger([noted(1, START)]))[0].status is Status.ON_TIME
    assert (
        WeekJudge(course(), OVER, [typhoon, action("leave", 1, active=False)]).statuses(ledger())[0].status == "missed"
    )
    own = ledger([], [action("excuse", 1, student="s001", active=False)])
    assert judge.statuses(own)[0].status is Status.ON_LEAVE


def test_leave_beats_a_make_up() -> None:
    both = [action("makeup", 1, student="s001"), action("leave", 1, student="s001")]
    assert seen(ledger([], both), OVER) == seen(ledger([], both[::-1]), OVER) == "-xxx"
    assert seen(ledger([noted(1, OVER, "made_up")], [action("leave", 1, student="s001")]), OVER) == "-xxx"
    assert seen(ledger([noted(1, OVER, "late")], [action("leave", 1, student="s001")]), OVER) == "Lxxx"


def test_each_standing_shows_and_the_best_one_holds() -> None:
    pieces = [noted(1, START), noted(2, START + 2 * WEEK, "late"), noted(3, OVER, "made_up")]
    assert seen(ledger(pieces), OVER) == "TLMx"
    assert seen(ledger([*pieces, noted(2, START + WEEK, proof="note:other")]), OVER) == "TTMx"


def test_a_make_up_is_never_on_time_however_it_came_about() -> None:
    granted = ledger([], [action("makeup", 1)])
    assert seen(granted, OVER) == "Mxxx"
    assert seen(ledger([], [action("makeup", 1), action("makeup", 1, active=False)]), OVER) == "xxxx"


def test_leave_and_excuse_pause_and_a_check_in_in_spite_of_them_counts() -> None:
    assert seen(ledger([], [action("leave", 1), action("excuse", 2)]), OVER) == "--xx"
    assert seen(ledger([noted(1, START)], [action("leave", 1)]), OVER) == "Txxx"


def test_a_reopened_week_is_open_again_for_that_student() -> None:
    until = START + 3 * WEEK
    own = action("reopen", 1, until=until, student="s001")
    assert seen(ledger([], [own]), START + 2.5 * WEEK) == "oxo."
    for_all = action("reopen", 1, until=until)
    statuses = WeekJudge(course(), START + 2.5 * WEEK, [for_all]).statuses(ledger())
    assert statuses[0].status is Status.OPEN
    assert statuses[0].due == until


@pytest.mark.parametrize(("proof", "expected"), [("note", "T"), ("submission", "x"), ("either", "T"), ("both", "x")])
def test_what_counts_is_the_weeks_or_the_courses_rule(proof: str, expected: str) -> None:
    assert seen(ledger([noted(1, START)]), OVER, course(1, checkin={"proof": proof})) == expected


def test_where_both_are_needed_the_later_one_decides() -> None:
    both = [noted(1, START), noted(1, START + 8 * DAY, "late", kind="submission", proof="sha256:1")]
    assert seen(ledger(both), OVER, course(1, checkin={"proof": "both"})) == "L"


standings = st.sampled_from(["on_time", "late", "made_up"])
pieces = st.lists(
    st.builds(
        lambda week, hours, standing: noted(week, START + timedelta(hours=hours), standing),
        st.integers(1, 4),
        st.integers(-500, 2000),
        standings,
    ),
    max_size=8,
)


@given(pieces=pieces, hours=st.lists(st.integers(-2000, 4000), min_size=2, max_size=2))
def test_a_clock_that_runs_backwards_takes_no_week_away(pieces: list, hours: list[int]) -> None:
    for earlier, later in (sorted(hours), sorted(hours, reverse=True)):
        judge = [WeekJudge(course(), START + timedelta(hours=h)) for h in (earlier, later)]
        done = [{s.week for s in one.statuses(ledger(pieces)) if s.status in DONE} for one in judge]
        assert done[0] == done[1]


@given(pieces=pieces, shift=st.integers(-30, 30), zone=st.sampled_from(["America/New_York", "Europe/London"]))
def test_dates_or_zone_that_change_in_the_middle_never_make_a_week_worse(pieces: list, shift: int, zone: str) -> None:
    order = [Status.ON_TIME, Status.LATE, Status.MADE_UP, Status.MISSED]
    before = WeekJudge(course(), OVER).statuses(ledger(pieces))
    changed = course(4, START + timedelta(days=shift), timezone=zone)
    after = WeekJudge(changed, OVER).statuses(ledger(pieces))
    for old, new in zip(before, after, strict=True):
        if old.status in DONE:
            stored = min(order.index(Status(p.standing)) for p in pieces if p.week == old.week)
            assert order.index(new.status) <= stored


@given(pieces=pieces)
def test_twice_is_once_and_order_does_not_matter(pieces: list) -> None:
    once = WeekJudge(course(), OVER).statuses(ledger(pieces))
    twice = WeekJudge(course(), OVER).statuses(ledger([*reversed(pieces), *pieces]))
    assert [one.status for one in once] == [one.status for one in twice]


def test_a_week_that_the_course_no_longer_has_is_ignored() -> None:
    assert seen(ledger([noted(9, START)], [action("leave", 8)]), OVER) == "xxxx"
