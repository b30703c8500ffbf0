"""What a new check-in is worth: weeks, quota, look-back, reasons, notes and points."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.checkin.rules import Accepted, Refused, judge_note, judge_submission, makeups_left
from autograder.store.records import CheckIn
from tests.checkin.samples import NOTE, SECOND, START, WEEK, action, course, noted

DAY = timedelta(days=1)


def accepted(outcome: Accepted | Refused) -> CheckIn:
    assert isinstance(outcome, Accepted), outcome
    return outcome.checkin


def why(outcome: Accepted | Refused) -> str:
    assert isinstance(outcome, Refused), outcome
    assert outcome.why.zh
    return outcome.why.en


def test_a_note_in_an_open_week_is_on_time() -> None:
    found = accepted(judge_note(course(), NOTE, START + DAY))
    assert (found.week, found.standing, found.note, found.month) == (1, "on_time", NOTE, "2026-09")


def test_the_last_second_is_on_time_and_the_next_one_belongs_to_the_next_week() -> None:
    strict = course(checkin={"late_days": 0})
    assert accepted(judge_note(strict, NOTE, START + WEEK - SECOND)).week == 1
    assert accepted(judge_note(strict, NOTE, START + WEEK)).week == 2
    named = accepted(judge_note(course(), NOTE, START + WEEK, week=1))
    assert (named.week, named.standing) == (1, "late")


def test_in_the_late_window_a_note_must_say_its_week() -> None:
    end = course().checkins[0].due + 2 * DAY
    for moment in (START + WEEK, end):
        said = why(judge_note(course(), NOTE, moment))
        assert "--week 1 (late window) or --week 2 (open)" in said
    assert accepted(judge_note(course(), NOTE, end + SECOND)).week == 2
    assert accepted(judge_note(course(), NOTE, START + WEEK, week=2)).standing == "on_time"


@pytest.mark.parametrize("kind", ["leave", "excuse"])
def test_a_late_week_that_is_done_or_on_leave_asks_nothing(kind: Any) -> None:
    moment = START + WEEK + DAY
    assert accepted(judge_note(course(), NOTE, moment, [noted(1, START)])).week == 2
    assert accepted(judge_note(course(), NOTE, moment, [noted(1, START + WEEK, "late")])).week == 2
    assert accepted(judge_note(course(), NOTE, moment, [], [action(kind, 1, student="s001")])).week == 2
    assert accepted(judge_note(course(), NOTE, moment, [], [action(kind, 1)])).week == 2


def test_a_late_week_that_takes_no_notes_asks_nothing() -> None:
    of_submissions = course(checkin={"proof": "submission"})
    weeks = [week.model_copy(update={"counts": None}) for week in of_submissions.checkins]
    weeks[1] = weeks[1].model_copy(update={"counts": course().checkin})
    mixed = of_submissions.model_copy(update={"checkins": tuple(weeks)})
    assert accepted(judge_note(mixed, NOTE, START + WEEK + DAY)).week == 2


def test_a_week_on_leave_cannot_be_made_up_and_gives_its_make_up_back() -> None:
    on_leave = [action("leave", 1, student="s001")]
    said = why(judge_note(course(), NOTE, START + 2 * WEEK, [], on_leave, week=1, reason="flu"))
    assert said == "week 1 is on leave, there is nothing to make up"
    used = [noted(1, START + 2 * WEEK, "made_up", month="2026-09")]
    assert makeups_left(course(), "2026-09", used) == 1
    assert makeups_left(course(), "2026-09", used, on_leave) == 2


def test_after_the_last_week_a_note_is_late_for_it() -> None:
    found = accepted(judge_note(course(), NOTE, START + 4 * WEEK + DAY))
    assert (found.week, found.standing) == (4, "late")


@pytest.mark.parametrize("note", ["", "done", " " * 100, "好" * 19])
def test_a_note_that_says_too_little_is_refused(note: str) -> None:
    assert "characters" in why(judge_note(course(), note, START))


def test_white_space_is_no_text_and_a_chinese_character_is_one() -> None:
    assert accepted(judge_note(course(), "好 " * 20, START)).week == 1


def test_before_the_course_the_first_week_is_named_with_its_zone() -> None:
    assert "week 1 opens 2026-09-07 00:00:00 Asia/Shanghai (+08:00)" in why(judge_note(course(), NOTE, START - DAY))
    assert "week 3 opens" in why(judge_note(course(), NOTE, START, week=3))
    assert why(judge_note(course(), NOTE, START, week=9)) == "there is no week 9"
    assert "no check-in weeks" in why(judge_note(course(0), NOTE, START))
    assert "--week" in why(judge_note(course(), NOTE, START + 9 * WEEK))


def test_a_make_up_needs_a_reason_and_is_flagged() -> None:
    then = START + 2 * WEEK
    assert "--reason" in why(judge_note(course(), NOTE, then, week=1))
    assert "--reason" in why(judge_note(course(), NOTE, then, week=1, reason="  "))
    found = accepted(judge_note(course(), NOTE, then, week=1, reason=" flu "))
    assert (found.standing, found.reason) == ("made_up", "flu")


def test_the_look_back_ends_with_its_last_second() -> None:
    ends = START + WEEK - SECOND + 14 * DAY
    assert accepted(judge_note(course(), NOTE, ends, week=1, reason="flu"))
    assert "ask a TA" in why(judge_note(course(), NOTE, ends + SECOND, week=1, reason="flu"))


def test_the_quota_is_per_month_of_the_courses_zone() -> None:
    then = START + 20 * DAY
    used = [noted(1, then, "made_up"), noted(2, then, "made_up")]
    assert "used up" in why(judge_note(course(5, START - WEEK), NOTE, then, used, week=3, reason="flu"))
    october = [noted(1, then, "made_up", month="2026-10"), noted(2, then, "made_up", month="2026-10")]
    assert accepted(judge_note(course(5, START - WEEK), NOTE, then, october, week=3, reason="flu"))


def test_a_week_already_made_up_costs_no_quota_again() -> None:
    then = START + 20 * DAY
    used = [noted(1, then, "made_up"), noted(2, then, "made_up")]
    assert accepted(judge_note(course(), NOTE + "!", then, used, week=2, reason="flu")).standing == "made_up"


def test_what_a_ta_granted_uses_the_quota() -> None:
    assert makeups_left(course(), "2026-09", [], [action("makeup", 1), action("makeup", 2)]) == 0
    assert makeups_left(course(), "2026-10", [], [action("makeup", 1), action("makeup", 2)]) == 2


def test_a_submission_counts_for_the_open_week_of_its_chapter() -> None:
    given_course = course()
    assert accepted(judge_submission(given_course, "c1", 5.0, "k", START + 8 * DAY)).week == 2
    late = accepted(judge_submission(given_course, "c1", 5.0, "k", START + 15 * DAY))
    assert (late.week, late.standing) == (2, "late")
    assert why(judge_submission(given_course, "c1", 5.0, "k", START + 20 * DAY))
    assert why(judge_submission(given_course, "c2", 5.0, "k", START))


@pytest.mark.parametrize(("points", "counts"), [(None, True), (0.99, False), (1.0, True)])
def test_a_submission_needs_its_points(points: float | None, counts: bool) -> None:
    assert isinstance(judge_submission(course(), "c1", points, "k", START), Accepted) == counts


def test_a_week_for_submissions_takes_no_note() -> None:
    assert "only a graded submission" in why(judge_note(course(checkin={"proof": "submission"}), NOTE, START))


def test_a_week_may_have_a_rule_of_its_own() -> None:
    given_course = course()
    week = given_course.checkins[0].model_copy(
        update={"counts": given_course.checkin.model_copy(update={"characters": 99})}
    )
    changed = given_course.model_copy(update={"checkins": (week, *given_course.checkins[1:])})
    assert "99" in why(judge_note(changed, NOTE, START))
    assert accepted(judge_note(changed, NOTE, START + WEEK, week=2))


@settings(deadline=None)
@given(
    tries=st.lists(st.tuples(st.integers(1, 6), st.integers(-40, 80)), max_size=30),
    quota=st.integers(0, 3),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Apia"]),
)
@example(tries=[(1, 24), (2, 16), (1, 9)], quota=1, zone="Asia/Shanghai")  # made up again, by an earlier clock
def test_no_order_of_clocks_gives_more_make_ups_than_the_quota(
    tries: list[tuple[int, int]], quota: int, zone: str
) -> None:
    given_course = course(6, timezone=zone, makeup={"per_month": quota, "look_back_days": 30})
    known: list[CheckIn] = []
    for week, day in tries:
        outcome: Any = judge_note(given_course, NOTE, START + day * DAY, known, week=week, reason="flu")
        if isinstance(outcome, Accepted):
            known.append(outcome.checkin)
    for month in {c.month for c in known}:
        assert len({c.week for c in known if c.standing == "made_up" and c.month == month}) <= quota
