"""A piece is judged by the rule of its moment; a change of rule makes nobody's past worse, and says whom it affects."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checkin.rule_change import affected
from autograder.checkin.rulebook import Rulebook, differences, earlier_course, rules_of
from autograder.checkin.service import CheckInService
from autograder.checkin.status import WeekJudge
from autograder.checkin.streak import progress
from autograder.course import Course
from autograder.store.database import Database
from autograder.store.records import CheckIn, Ledger, RulesSince, Student
from tests.checkin.samples import NOTE, START, WEEK, course, noted

DAY = timedelta(days=1)
MIDDLE = START + 6 * WEEK


def under(*steps: tuple[datetime, Course]) -> tuple[RulesSince, ...]:
    return tuple(RulesSince(since, rules_of(rules)) for since, rules in steps)


def seen(given_course: Course, pieces: list[CheckIn], rules: tuple[RulesSince, ...], now: datetime) -> list[str]:
    found = Ledger(Student("s1"), tuple(pieces), rules=rules)
    return [one.status.value for one in WeekJudge(given_course, now).statuses(found)]


def test_from_either_to_submission_old_notes_stay_and_new_weeks_need_more() -> None:
    """A class of 12 weeks: 100 % must not become 59 %, a streak of 12 not 2."""
    mild, strict = course(12), course(12, checkin={"proof": "submission"})
    notes = [noted(n + 1, START + n * WEEK + DAY) for n in range(12)]
    rules = under((START, mild), (START + 12 * WEEK, strict))
    weeks = WeekJudge(strict, START + 13 * WEEK).statuses(Ledger(Student("s1"), tuple(notes), rules=rules))
    done = progress(weeks, 0.5)
    assert (done.completion, done.current) == (1.0, 12)
    assert seen(strict, notes[:1], under((START, strict)), MIDDLE)[0] == "missed"


@pytest.mark.parametrize(
    ("before", "after", "kinds", "expected"),
    [
        ("either", "both", ["note"], "on_time"),
        ("note", "submission", ["note"], "on_time"),
        ("submission", "note", ["submission"], "on_time"),
        ("both", "both", ["note"], "missed"),
        ("both", "either", ["note"], "on_time"),  # a milder rule helps, too
        ("both", "submission", ["note"], "missed"),
        ("both", "submission", ["note", "submission"], "on_time"),
    ],
)
def test_each_change_of_what_counts(before: str, after: str, kinds: list[str], expected: str) -> None:
    old, new = (course(1, checkin={"proof": proof}) for proof in (before, after))
    pieces = [noted(1, START + DAY, kind=kind, proof=kind) for kind in kinds]
    assert seen(new, pieces, under((START, old), (START + 2 * DAY, new)), MIDDLE) == [expected]


def test_what_is_older_than_the_rules_that_are_kept_was_taken_by_the_rule_of_then() -> None:
    strict = course(1, checkin={"proof": "submission"})
    assert seen(strict, [noted(1, START + DAY)], under((START + 2 * DAY, strict)), MIDDLE) == ["on_time"]
    both = course(1, checkin={"proof": "both"})
    assert seen(both, [noted(1, START + DAY)], under((START + 2 * DAY, both)), MIDDLE) == ["missed"]


def test_a_week_made_up_keeps_its_worth() -> None:
    rich, poor = course(1), course(1, makeup={"worth_percent": 10.0})
    piece = noted(1, START + 9 * DAY, "made_up")
    for rules, worth in ((under((START, rich), (MIDDLE, poor)), 0.5), (under((START, poor)), 0.1)):
        weeks = WeekJudge(poor, MIDDLE).statuses(Ledger(Student("s1"), (piece,), rules=rules))
        assert progress(weeks, poor.makeup.worth_percent / 100).completion == pytest.approx(worth)


proofs = st.sampled_from(["either", "note", "submission", "both"])
changes = st.lists(
    st.tuples(st.integers(0, 60), proofs, st.integers(0, 9), st.floats(0, 100)), min_size=1, max_size=4
).map(sorted)


@settings(max_examples=60)
@given(steps=changes, more=st.tuples(proofs, st.integers(0, 9), st.floats(0, 100)), notes=st.lists(st.integers(0, 27)))
def test_no_change_of_rule_makes_a_past_worse(steps: Any, more: Any, notes: list[int]) -> None:
    def made(proof: str, late_days: int, worth: float) -> Course:
        return course(4, checkin={"proof": proof, "late_days": late_days}, makeup={"worth_percent": worth})

    rules = under(*((START + day * DAY, made(*step)) for day, *step in steps))
    now = START + 61 * DAY
    pieces = tuple(
        noted(day // 7 + 1, START + day * DAY, kind=kind, proof=f"{kind}{day}")
        for day in notes
        for kind in ("note", "submission")[: 1 + day % 2]
    )
    last, changed = made(*steps[-1][1:]), made(*more)
    before = WeekJudge(last, now).statuses(Ledger(Student("s"), pieces, rules=rules))
    after = WeekJudge(changed, now).statuses(Ledger(Student("s"), pieces, rules=(*rules, *under((now, changed)))))
    order = ["on_time", "late", "made_up", "late_open", "missed"]
    for old, new in zip(before, after, strict=True):
        if old.status.value in order[:3]:
            assert order.index(new.status.value) <= order.index(old.status.value)


def test_the_database_keeps_each_rule_once_with_its_moment(tmp_path: Any) -> None:
    mild, strict = course(3), course(3, checkin={"proof": "submission"})
    with Database(f"sqlite:///{tmp_path / 'g.db'}") as database:
        for rules, at in ((mild, START), (mild, START + DAY), (strict, START + 8 * DAY)):
            CheckInService(rules, database, lambda at=at: at).note("s1", NOTE)
        # It was made on Tuesday, when notes counted, and is graded or travels after the change.
        old, _ = CheckInService(strict, database, lambda: START + 9 * DAY).note("s2", NOTE, at=START + DAY)
        assert type(old).__name__ == "Accepted"
        weeks = CheckInService(strict, database, lambda: START + 9 * DAY).summary("s1").weeks
        with database.reading() as connection:
            from autograder.store.audit import audit_entries
            from autograder.store.notices import rules_since

            assert [one.since for one in rules_since(connection)] == [START, START + 8 * DAY]
            said = [entry.new for entry in audit_entries(connection, what="rules")]
    assert said == ["checkin.proof: either -> submission", "first known"]
    assert [one.status.value for one in weeks] == ["on_time", "open", "upcoming"]


def test_a_submission_of_then_needs_the_points_of_then(tmp_path: Any) -> None:
    mild, strict = course(2), course(2, checkin={"points": 60.0})
    with Database(f"sqlite:///{tmp_path / 'g.db'}") as database:
        CheckInService(mild, database, lambda: START).note("s1", NOTE)
        service = CheckInService(strict, database, lambda: START + 3 * DAY)
        service.note("s1", NOTE)
        taken = [service.submission(f"s{n}", "c1", 5.0, "k", START + n * DAY)[1] for n in (1, 4)]
    assert taken == [True, False]


def test_the_preview_names_who_is_affected_and_how() -> None:
    now = START + 2 * WEEK + DAY
    mild, harder = course(4), course(4, certificate={"weeks_percent": 80.0}, checkin={"late_days": 0})
    late = Ledger(Student("s2"), rules=under((START, mild)))
    done = Ledger(Student("s1"), tuple(noted(n, START + (n - 1) * WEEK) for n in (1, 2, 3)), rules=late.rules)
    found = list(affected(mild, harder, [done, late], (), now))
    assert [one.student.id for one in found] == ["s2"]
    assert [text.en for text in found[0].changes] == ["week 2 late window -> missed"]
    assert list(differences(rules_of(mild), rules_of(harder))) == ["checkin.late_days: 2 -> 0"]


def test_an_earlier_course_comes_back_from_its_rules() -> None:
    old = course(3, makeup={"per_month": 5})
    assert earlier_course(course(4), rules_of(old)).makeup.per_month == 5
    assert rules_of(earlier_course(course(4), rules_of(old))) == rules_of(old)
    assert Rulebook(()).at(START) is None
