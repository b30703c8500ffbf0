"""Deadlines: the second itself, summer time, ISO week 53, leap day, reopened weeks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.late import days_late
from autograder.checkin.weeks import deadline, is_after, month_of, open_week, standing_at
from autograder.course import CheckinWeek
from tests.checkin.samples import SECOND, START, WEEK, action, course

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"])


@given(due=moments, micro=st.integers(0, 999_999))
def test_the_deadline_second_counts_and_the_next_one_is_late(due: datetime, micro: int) -> None:
    due = due.replace(microsecond=0)
    assert not is_after(due.replace(microsecond=micro), due)
    assert is_after(due + SECOND, due)


@pytest.mark.parametrize("year", [2020, 2026, 2032])  # ISO years with 53 weeks
def test_iso_week_53_is_a_week_like_any_other(year: int) -> None:
    start = datetime.fromisocalendar(year, 52, 1).replace(tzinfo=UTC)
    given_course = course(3, start)
    assert datetime.fromisocalendar(year, 53, 1).replace(tzinfo=UTC) == given_course.checkins[1].opens
    assert [open_week(given_course, start + n * WEEK) for n in range(3)] == list(given_course.checkins)


def test_a_week_over_the_leap_day_has_seven_days() -> None:
    week = course(1, datetime(2028, 2, 28, tzinfo=UTC)).checkins[0]
    assert week.due == datetime(2028, 3, 5, 23, 59, 59, tzinfo=UTC)
    assert open_week(course(1, datetime(2028, 2, 28, tzinfo=UTC)), datetime(2028, 2, 29, 12, tzinfo=UTC)) == week


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_deadline_at_local_midnight_stays_there_when_summer_time_ends(zone: str) -> None:
    local = datetime(2026, 10, 26 if zone == "Europe/Berlin" else 31, 23, 59, 59, tzinfo=ZoneInfo(zone))
    week = CheckinWeek.model_validate({"week": 1, "opens": "2026-10-01T00:00Z", "due": local.isoformat()})
    assert week.due.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S") == "23:59:59"
    assert not is_after(local.astimezone(UTC), week.due)


def test_the_hour_that_happens_twice_is_two_moments() -> None:
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    again = first.replace(fold=1)
    assert not is_after(first.astimezone(UTC), first.astimezone(UTC))
    assert is_after(again.astimezone(UTC), first.astimezone(UTC))


@given(due=moments, late=st.integers(0, 40 * 86400), grace=st.integers(0, 600))
def test_days_late_are_spans_of_24_hours_whatever_the_zone_does(due: datetime, late: int, grace: int) -> None:
    due = due.replace(microsecond=0)
    days = days_late(due + timedelta(seconds=late), due, timedelta(minutes=grace))
    over = late - grace * 60
    assert days == (0 if over <= 0 else -(-over // 86400))


@given(due=moments, days=st.integers(0, 40), past=st.integers(1, 86400 - 7200), zone=zones)
def test_local_days_late_end_at_the_same_time_of_day(due: datetime, days: int, past: int, zone: str) -> None:
    due = due.replace(microsecond=0)
    wall = due.astimezone(ZoneInfo(zone)) + timedelta(days=days)
    ends = wall.astimezone(UTC)
    assert days_late(ends, due, timedelta(0), ZoneInfo(zone)) <= max(days, 1)
    assert days_late(max(ends, due) + timedelta(seconds=past), due, timedelta(0), ZoneInfo(zone)) == days + 1


def test_a_day_is_not_counted_twice_when_clocks_go_back() -> None:
    """Autolab#932, eecs-autograder#34: the same time on the next day is one day late, though 25 hours passed."""
    zone = ZoneInfo("America/New_York")
    due = datetime(2026, 10, 31, 23, 59, 59, tzinfo=zone).astimezone(UTC)
    next_day = datetime(2026, 11, 1, 23, 59, 59, tzinfo=zone).astimezone(UTC)
    assert (next_day - due).total_seconds() == 25 * 3600
    assert [days_late(next_day, due, timedelta(0), local) for local in (zone, None)] == [1, 2]
    spring = datetime(2026, 3, 7, 23, 59, 59, tzinfo=zone).astimezone(UTC)
    late = datetime(2026, 3, 8, 23, 59, 59, tzinfo=zone).astimezone(UTC) + timedelta(minutes=30)
    assert [days_late(late, spring, timedelta(0), local) for local in (zone, None)] == [2, 1]


@given(moment=moments, zone=zones)
def test_the_month_is_the_one_on_the_wall(moment: datetime, zone: str) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    assert month_of(moment, ZoneInfo(zone)) == f"{local.year}-{local.month:02}"


def test_late_ends_and_only_a_make_up_is_left() -> None:
    given_course = course()
    week = given_course.checkins[0]
    ends = week.due + timedelta(days=2)
    assert standing_at(given_course, week, week.due, week.due) == "on_time"
    assert standing_at(given_course, week, week.due, week.due + SECOND) == "late"
    assert standing_at(given_course, week, week.due, ends) == "late"
    assert standing_at(given_course, week, week.due, ends + SECOND) is None


def test_a_reopened_week_is_due_later_never_earlier_and_the_newest_word_holds() -> None:
    week = course().checkins[0]
    later = action("reopen", 1, until=week.due + WEEK)
    assert deadline(week, [later]) == week.due + WEEK
    assert deadline(week, [later, action("reopen", 1, until=week.due + 2 * WEEK)]) == week.due + 2 * WEEK
    assert deadline(week, [later, action("reopen", 1, until=week.due + WEEK, active=False)]) == week.due
    assert deadline(week, [action("reopen", 1, until=week.due - WEEK)]) == week.due
    assert deadline(week, [action("reopen", 2, until=week.due + WEEK)]) == week.due


def test_between_weeks_no_week_is_open() -> None:
    assert open_week(course(), START - SECOND) is None
    assert open_week(course(), START + 4 * WEEK) is None
