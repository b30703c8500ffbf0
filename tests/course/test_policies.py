"""The course's policies: defaults, and one line for each mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import (
    AtRiskPolicy,
    BoardPolicy,
    CertificatePolicy,
    CheckinProof,
    LeavePolicy,
    MakeupPolicy,
    load_course,
)

from .conftest import COURSE

PERIOD = "opens: 2026-09-07T00:00+08:00, due: 2026-09-13T23:59+08:00"


def test_every_block_may_be_left_out_and_the_repository_states_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(COURSE, "utf-8")
    for course in (load_course(tmp_path), load_course(Path(__file__).parents[2])):
        assert course.checkin == CheckinProof()
        assert course.makeup == MakeupPolicy()
        assert course.leave == LeavePolicy()
        assert course.at_risk == AtRiskPolicy()
        assert course.board == BoardPolicy()
        assert course.certificate == CertificatePolicy()


def test_a_week_may_have_a_rule_of_its_own(tmp_path: Path) -> None:
    weeks = f"checkins:\n  - {{week: 1, {PERIOD}, counts: {{proof: note, characters: 5}}}}\n"
    (tmp_path / "course.yml").write_text(COURSE + weeks, "utf-8")
    course = load_course(tmp_path)
    week = course.week(1)
    assert week is not None
    assert week.counts == CheckinProof(proof="note", characters=5)
    assert course.week(2) is None


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("checkin: {proof: button}", "checkin.proof: must be one of 'submission', 'note', 'either' or 'both', not \"button\""),
        ("checkin: {points: -1}", "checkin.points: must be at least 0, not -1"),
        ("checkin: {characters: 0}", "checkin.characters: must be above 0, not 0"),
        ("makeup: {per_month: 1.5}", "makeup.per_month: must be a whole number, not 1.5"),
        ("makeup: {worth_percent: 101}", "makeup.worth_percent: must be at most 100, not 101"),
        ("makeup: {lookback_days: 3}", 'makeup.lookback_days: unknown key; did you mean "look_back_days"?'),
        ("leave: 3", "leave: must be a mapping with the keys most_weeks, not 3"),
        ("at_risk: {points_fall_tasks: 1}", "at_risk.points_fall_tasks: must be at least 2, not 1"),
        ("board: {enabled: maybe}", 'board.enabled: must be true or false, not "maybe"'),
        ("board: {places: 0}", "board.places: must be above 0, not 0"),
        ("certificate: {weeks_percent: 120}", "certificate.weeks_percent: must be at most 100, not 120"),
        ("late: {attempt: first}", "late.attempt: must be one of 'best', 'last', 'best_on_time' or 'chosen', not \"first\""),
        ("late: {attempts_per_day: 4, cooldown_minutes: 480}", "late.cooldown_minutes: 480 minutes between attempts leave no room for 4 of them in a day"),
        (f"checkins: [{{week: 1, {PERIOD}, counts: {{proof: x}}}}]", "checkins[0].counts.proof: must be one of 'submission', 'note', 'either' or 'both', not \"x\""),
    ],
)  # fmt: skip
def test_each_mistake_is_reported_at_its_line(
    course_problems: Callable[..., list[str]], block: str, expected: str
) -> None:
    assert course_problems(("    weight: 2\n", f"    weight: 2\n{block}\n")) == [f"course.yml:11: {expected}"]
