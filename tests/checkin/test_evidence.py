"""What the class notices about notes, and what that costs by which policy."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.evidence import ANOTHER, Mark, Other, from_text, is_filler, noticed, to_text
from autograder.checkin.rulebook import rules_of
from autograder.checkin.status import Status, WeekJudge
from autograder.course import EvidencePolicy
from autograder.store.records import Ledger, RulesSince, Student
from tests.checkin.samples import NOTE, START, WEEK, action, course, ledger, noted

DAY = timedelta(days=1)
OVER = START + 10 * WEEK
POLICY = EvidencePolicy()


@pytest.mark.parametrize(
    "note",
    [
        "a" * 20,
        "好" * 40,
        "abcabcabcabcabcabcabc",
        "今天打卡今天打卡今天打卡今天打卡今天打卡",
        "!?" * 20,
        "111 222 111 222 111 22",
        "。" * 30,
    ],
)
def test_filler_is_seen(note: str) -> None:
    assert is_filler(note)


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        "读完了这一章, 把读取数据的代码写完了, 本地检查都通过了。",
        "训练了两轮, 准确率还不高, 下周调学习率。",
        "loss = nan; lr 0.1 -> 0.01 and it went down",
        "看了第三章，做完了 LeNet 的 forward",
    ],
)
def test_what_people_write_is_none(note: str) -> None:
    assert not is_filler(note)


def test_a_note_that_comes_after_the_stated_time_is_marked_with_its_days() -> None:
    in_time = noted(1, START, note=NOTE, received_at=START + 7 * DAY)
    late = in_time._replace(received_at=START + 7 * DAY + timedelta(seconds=1))
    assert noticed(in_time, (), (), POLICY) == ()
    assert noticed(late, (), (), POLICY) == (Mark("came_late", days=7),)
    assert noticed(late, (), (), EvidencePolicy(within_days=8)) == ()


def test_equal_notes_are_marked_whatever_their_signs_and_case() -> None:
    piece = noted(2, START, note=NOTE.upper() + " !!")
    assert noticed(piece, [noted(1, START)], (), POLICY) == (Mark("equal", week=1),)
    assert noticed(piece, [noted(2, START)], (), POLICY) == ()  # another proof of the same week is none
    marks = noticed(piece, (), [Other("s002", 2, START)], POLICY)
    assert [mark.said().en for mark in marks] == ["equals the note of s002, week 2"]
    assert marks[0]._replace(student=ANOTHER).said().en == "equals another student's note of week 2"


marks = st.builds(
    Mark,
    st.sampled_from(["came_late", "equal", "filler"]),
    st.integers(0, 9999),
    st.text(st.characters(categories=["L", "N"]), max_size=9).map(str.strip),
    st.integers(0, 99),
)


@given(given_marks=st.lists(marks, max_size=4))
def test_marks_are_stored_and_read_again(given_marks: list[Mark]) -> None:
    assert from_text(to_text(given_marks)) == tuple(given_marks)


@pytest.mark.parametrize(
    ("marked", "expected"), [("counts", Status.ON_TIME), ("late", Status.LATE), ("nothing", Status.MISSED)]
)
def test_a_marked_week_counts_by_the_policy(marked: str, expected: Status) -> None:
    strict = course(1, checkin={"evidence": {"marked": marked}})
    piece = noted(1, START, received_at=START + 30 * DAY, marks=to_text([Mark("came_late", days=30)]))
    found = WeekJudge(strict, OVER).statuses(ledger([piece]))[0]
    assert found.status is expected
    assert [mark.kind for mark in from_text(found.marks)] == ["came_late"]
    clean = noted(1, START, proof="note:clean", received_at=START)
    assert WeekJudge(strict, OVER).statuses(ledger([piece, clean]))[0].status is Status.ON_TIME


def test_a_stricter_policy_does_not_reach_what_came_before_it() -> None:
    mild, strict = course(1), course(1, checkin={"evidence": {"marked": "nothing"}})
    rules = (RulesSince(START, rules_of(mild)), RulesSince(START + 20 * DAY, rules_of(strict)))

    def status(days: float) -> Status:
        piece = noted(1, START, received_at=START + days * DAY, marks=to_text([Mark("filler")]))
        return WeekJudge(strict, OVER).statuses(Ledger(Student("s1"), (piece,), rules=rules))[0].status

    assert status(19) is Status.ON_TIME
    assert status(21) is Status.MISSED  # by the class's clock, not by the moment that the note claims


def test_a_weeks_own_rule_without_evidence_follows_the_course() -> None:
    given = course(1, checkin={"evidence": {"marked": "nothing"}})
    week = given.checkins[0].model_copy(update={"counts": type(given.checkin)(proof="note")})
    given = given.model_copy(update={"checkins": (week,)})
    piece = noted(1, START, received_at=START, marks=to_text([Mark("filler")]))
    assert WeekJudge(given, OVER).statuses(ledger([piece]))[0].status is Status.MISSED
    assert "evidence" not in json.loads(rules_of(given))["checkins"][0]["counts"]
    kept = Ledger(Student("s1"), (piece,), rules=(RulesSince(START, rules_of(given)),))
    assert WeekJudge(given, OVER).statuses(kept)[0].status is Status.MISSED


def test_void_takes_back_what_came_before_it_and_nothing_after() -> None:
    void = action("void", 1, START + 3 * DAY, student="s001")
    before, after = noted(1, START), noted(1, START + DAY, proof="note:2", received_at=START + 4 * DAY)

    def status(pieces: list, actions: list) -> Status:
        return WeekJudge(course(1), OVER).statuses(ledger(pieces, actions))[0].status

    assert status([before], [void]) is Status.MISSED
    assert status([before, after], [void]) is Status.ON_TIME
    back = action("void", 1, START + 5 * DAY, student="s001", active=False)
    assert status([before], [void, back]) is Status.ON_TIME
