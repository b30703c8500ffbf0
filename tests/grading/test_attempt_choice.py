"""Late work and attempts in results, in nbgrader's gradebook, and as check-ins."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from autograder.checkin.service import CheckInService
from autograder.course import Course
from autograder.grading.attempt_choice import (
    Graded,
    audit_points,
    choice_for,
    choice_json,
    chosen_results,
    class_results,
    with_choice,
)
from autograder.store.audit import audit_entries
from autograder.store.checkins import add_actions
from autograder.store.records import Action
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.submission.files import Place, received_at
from autograder.text import Language
from tests.checkin.samples import START, WEEK, course
from tests.results import result

LATE = {"percent_per_day": 10.0, "cap_percent": 50.0}
DUE = START + 2 * WEEK - timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ResultStore]:
    opened = ResultStore(f"sqlite:///{tmp_path / 'gradebook.db'}")
    yield opened
    opened.close()


def add(store: ResultStore, key: str, score: float, at: datetime) -> Result:
    added = result(student="s1", chapter="c1", score=score, key=key)
    store.add("s1", "c1", key, added, received_at=at)
    return added


def block(course: Course, store: ResultStore, given: Result, language: Language) -> dict[str, Any]:
    """What the result says about the attempt that counts."""
    found = with_choice(course, store, given).choice
    assert found is not None
    return dict(choice_json(found, language))


def test_the_result_says_what_was_taken_off_which_attempt_counts_and_why(store: ResultStore) -> None:
    add(store, "k1", 70.0, DUE)
    record = add(store, "k2", 90.0, DUE + 3 * DAY)
    assert block(course(late=LATE), store, record, "en") == {
        "attempt": 1,
        "of": 2,
        "key": "k1",
        "raw_points": 70.0,
        "penalty_percent": 0.0,
        "excused": "",
        "days_late": 0,
        "points": 70.0,
        "why": "the best after deductions",
        "said": "Attempt 1 of 2 counts: the best after deductions.",
        "attempts": [
            {"attempt": 1, "received_at": DUE.isoformat(), "raw_points": 70.0, "penalty_percent": 0.0, "points": 70.0, "refused": ""},
            {"attempt": 2, "received_at": (DUE + 3 * DAY).isoformat(), "raw_points": 90.0, "penalty_percent": 30.0, "points": 63.0, "refused": ""},
        ],
    }  # fmt: skip
    assert class_results(course(late=LATE), store) == [with_choice(course(late=LATE), store, record)]
    assert block(course(), store, record, "zh")["why"] == "最后一次"


def test_what_is_taken_off_is_said_and_one_attempt_in_time_needs_no_words(store: ResultStore) -> None:
    record = add(store, "k1", 70.0, DUE)
    assert block(course(late=LATE), store, record, "en")["said"] == ""
    record = add(store, "k2", 90.0, DUE + DAY)
    assert (
        block(course(late=LATE), store, record, "en")["said"]
        == "Attempt 2 of 2 counts: the best after deductions. Late: 10 % are taken off, so 90 points count as 81."
    )
    assert (
        block(course(late=LATE), store, record, "zh")["said"]
        == "第 2 次提交算数（共 2 次）：扣分后最高的一次。迟交扣 10%：90 分计 81 分。"
    )


def test_the_gradebook_gets_the_attempt_that_counts(store: ResultStore) -> None:
    first = add(store, "k1", 70.0, DUE)
    second = with_choice(course(late=LATE), store, add(store, "k2", 90.0, DUE + 3 * DAY))
    assert chosen_results(store, [second]) == [Graded(first, second.choice)]
    assert chosen_results(store, [Graded(first)]) == [Graded(first)]


def test_a_moved_deadline_takes_the_penalty_away(store: ResultStore) -> None:
    add(store, "k1", 70.0, DUE + DAY)
    assert choice_for(course(late=LATE), store, "s1", "c1").points == 63.0
    with store.database.writing() as connection:
        add_actions(connection, [Action("reopen", "ta", START, "flu", "s1", chapter="c1", until=DUE + 2 * DAY)])
    assert choice_for(course(late=LATE), store, "s1", "c1").points == 70.0


def audited(store: ResultStore, what: str = "counts") -> list[tuple[str, str, str]]:
    with store.database.reading() as connection:
        return [(one.old, one.new, one.key) for one in audit_entries(connection, "s1", what)][::-1]


def test_every_change_of_the_points_that_count_is_in_the_audit_log(store: ResultStore) -> None:
    late = course(late=LATE)
    add(store, "k1", 70.0, DUE + DAY)
    assert audit_points(late, store) == 1
    assert audit_points(late, store) == 0  # nothing has changed
    add(store, "k2", 90.0, DUE + 3 * DAY)  # a new attempt takes the place of the first
    audit_points(late, store)
    audit_points(course(late={**LATE, "cap_percent": 5.0}), store)  # another policy in course.yml
    with store.database.writing() as connection:
        add_actions(connection, [Action("reopen", "ta", START, "flu", "s1", chapter="c1", until=DUE + 4 * DAY)])
    audit_points(late, store)
    assert audited(store) == [
        ("", "63 (attempt 1, 10 % off)", "k1"),
        ("63 (attempt 1, 10 % off)", "63 (attempt 2, 30 % off)", "k2"),
        ("63 (attempt 2, 30 % off)", "85.5 (attempt 2, 5 % off)", "k2"),
        ("85.5 (attempt 2, 5 % off)", "90 (attempt 2)", "k2"),
    ]
    assert [line[1] for line in audited(store, "grade")] == ["70/100", "90/100"]


def test_no_line_of_the_audit_log_can_be_changed_or_deleted(store: ResultStore) -> None:
    add(store, "k1", 70.0, DUE)
    for words in ("DELETE FROM autograder_audit", "UPDATE autograder_audit SET actor = 'nobody'"):
        with pytest.raises(IntegrityError, match="never changed"), store.database.writing() as connection:
            connection.exec_driver_sql(words)
    assert len(audited(store, "grade")) == 1


def test_a_hand_in_came_when_its_newest_file_did_and_never_in_the_future(tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    file.write_text("x", "utf-8")
    moment = datetime(2026, 9, 9, tzinfo=UTC)
    os.utime(file, (moment.timestamp(), moment.timestamp()))
    os.utime(tmp_path, (moment.timestamp() - 99, moment.timestamp() - 99))
    assert received_at(Place.of(tmp_path), moment + DAY) == moment
    assert received_at(Place.of(file), moment + DAY) == moment
    assert received_at(Place.of(file), moment - DAY) == moment - DAY


@pytest.mark.parametrize("seconds", [2**50, -(2**50)])
def test_a_moment_that_no_calendar_has_is_a_moment_all_the_same(seconds: int) -> None:
    """The owner of a file may write any number there; a file system in memory keeps it."""
    now = datetime(2026, 9, 9, tzinfo=UTC)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        file = Path(name, "answer.py")
        file.write_text("x", "utf-8")
        for path in (file, Path(name)):
            os.utime(path, (seconds, seconds))
        expected = now if seconds > 0 else datetime(1970, 1, 1, tzinfo=UTC)
        assert received_at(Place.of(file), now) == expected
        assert received_at(Place.of(Path(name)), now) == expected


def test_a_graded_submission_is_a_check_in_with_its_key_as_proof(store: ResultStore) -> None:
    service = CheckInService(course(), store.database, lambda: START + DAY)
    assert service.submission("s1", "c1", 50.0, "k1", START)[1]
    assert not service.submission("s1", "c1", 50.0, "k1", START)[1]
    week = service.summary("s1").weeks[0]
    assert (week.status, week.proof) == ("on_time", "k1")
