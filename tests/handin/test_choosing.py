"""Which attempt counts where a TA chose one, and where an older one comes to light after newer ones were graded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.checkin.late import choose_attempt
from autograder.course import LatePolicy, load_course
from autograder.grading.attempt_choice import choice_for, choice_said, class_results
from autograder.grading.classroom import kit_of
from autograder.grading.gradebook import opened_gradebook
from autograder.store.results import ResultStore, add_result
from tests.checkin.samples import attempt
from tests.results import result

from .made import ROOT, Classroom

DUE = datetime(2026, 10, 11, 15, 59, 59, tzinfo=UTC)


class Class:
    """Graded attempts of one student in lenet."""

    def __init__(self, root: Path) -> None:
        self.course, self.store = load_course(ROOT), ResultStore.in_course(root)

    def graded(self, name: str, days: float, points: float, *, kept: bool = False, key: str = "") -> None:
        """Store the result of an answer that came so many days before the deadline."""
        made = result(student="20230001", chapter="lenet", key=key or f"key {name}", score=points, max_score=90.0)
        with self.store.database.writing() as connection:
            about = ("20230001", "lenet", key or f"key {name}")
            came = DUE - timedelta(days=days)
            add_result(connection, *about, made, submission=f"sha256:{name}", received_at=came, replaced=kept)

    def attempts(self) -> list[tuple[int, str]]:
        return [(one.number, one.digest[7:]) for one in self.store.attempts("20230001", "lenet")]

    def counts(self, policy: str) -> tuple[int, float]:
        course = self.course.model_copy(update={"late": LatePolicy.model_validate({"attempt": policy})})
        found = choice_for(course, self.store, "20230001", "lenet")
        assert found.chosen is not None
        return found.chosen.attempt.number, found.points


@pytest.fixture
def graded(classroom: Classroom) -> Iterator[Class]:
    made = Class(classroom.root)
    yield made
    made.store.close()


def test_an_older_attempt_that_is_collected_later_stands_where_it_came(graded: Class) -> None:
    graded.graded("second", 5, 40.0)
    graded.graded("third", 3, 60.0)
    graded.graded("first", 8, 20.0, kept=True)
    assert graded.attempts() == [(1, "first"), (2, "second"), (3, "third")]
    assert graded.counts("last") == (3, 60.0)
    (newest,) = class_results(graded.course, graded.store)
    assert newest.result.key == "key third"
    graded.graded("between", 4, 90.0, kept=True)
    graded.graded("first", 8, 25.0, kept=True, key="regraded")
    assert graded.attempts() == [(1, "first"), (2, "second"), (3, "between"), (4, "third")]
    graded.graded("fourth", 1, 1.0)
    assert graded.attempts()[-1] == (5, "fourth")
    assert [graded.counts("last"), graded.counts("best")] == [(5, 1.0), (3, 90.0)]


def test_a_ta_chooses_which_attempt_counts(classroom: Classroom, graded: Class) -> None:
    graded.graded("a", 5, 80.0)
    graded.graded("b", 3, 60.0)
    words = ("choose", "--student", "20230001", "--chapter", "lenet", "--lang", "en")
    done = classroom(*words, "--attempt", "2", "--why", "agreed in the office hour")
    assert (done.code, "80 -> 60 points" in done.out) == (0, True)
    assert "Attempt 2 of 2 counts: a teaching assistant chose it: agreed in the office hour." in done.out
    assert [graded.counts(policy) for policy in ("best", "last", "best_on_time", "chosen")] == [(2, 60.0)] * 4
    said = choice_said(choice_for(graded.course, graded.store, "20230001", "lenet"))
    assert said is not None
    assert "助教选的：agreed in the office hour" in said.zh
    log = classroom("audit", "--student", "20230001", "--lang", "en").out
    assert "chosen attempt  20230001 lenet  attempt 2 sha256:b  agreed in the office hour" in log
    assert "counts  20230001 lenet" in log
    graded.graded("c", 1, 90.0)
    assert graded.counts("best") == (2, 60.0)
    assert classroom(*words, "--attempt", "2", "--why", "appeal", "--revoke").code == 0
    assert graded.counts("best") == (3, 90.0)


def test_a_choice_names_an_attempt_that_is_there_and_says_why(classroom: Classroom, graded: Class) -> None:
    graded.graded("a", 5, 80.0)
    words = ("choose", "--student", "20230001", "--lang", "en")
    for more, part in (
        (("--chapter", "lenet", "--attempt", "2", "--why", "x"), "no graded attempt 2 of lenet; there are: 1"),
        (("--chapter", "lenet", "--attempt", "1", "--why", " "), "say why"),
        (("--chapter", "nope", "--attempt", "1", "--why", "x"), "nope"),
    ):
        done = classroom(*words, *more)
        assert (done.code, part in done.err) == (2, True), done.err


def test_until_somebody_chose_the_last_one_counts() -> None:
    policy = LatePolicy(attempt="chosen")
    two = [attempt("lenet", DUE, 9.0, 1), attempt("lenet", DUE, 3.0, 2)]
    found = choose_attempt(two, DUE, policy, load_course(ROOT).zone)
    assert (found.points, found.why.en) == (3.0, "the last one, until a teaching assistant chooses")


def test_the_gradebook_follows_a_decision_at_once(classroom: Classroom, graded: Class) -> None:
    shutil.copytree(ROOT / "solutions/lenet", classroom.root / "solutions/lenet")
    task = next(one.id for one in kit_of(classroom.root, "lenet").chapter.tasks if one.kind != "written")

    def add(name: str, days: float, points: float) -> None:
        found = [{"task": task, "points": points, "kind": "function"}]
        made = result(student="20230001", chapter="lenet", key=name, score=points, max_score=90.0, findings=found)
        with graded.store.database.writing() as connection:
            came = DUE - timedelta(days=days)
            add_result(connection, "20230001", "lenet", name, made, submission=f"sha256:{name}", received_at=came)

    def points() -> tuple[float, float]:
        with opened_gradebook(classroom.root) as book:
            handed_in = book.find_submission("lenet", "20230001")
            return float(handed_in.score), float(handed_in.late_submission_penalty or 0)

    add("a", 5, 10.0)
    add("b", -1.5, 9.0)
    words = ("--student", "20230001", "--chapter", "lenet")
    assert classroom("choose", *words, "--attempt", "1", "--why", "agreed").code == 0
    assert points() == (10.0, 0.0)
    assert classroom("choose", *words, "--attempt", "2", "--why", "agreed").code == 0
    score, off = points()
    assert (score, off > 0) == (9.0, True)
    assert classroom("received", *words, "--at", "2026-10-10T09:00", "--why", "server was down").code == 0
    assert points() == (9.0, 0.0)
    assert classroom("received", *words, "--at", "2026-10-13T09:00", "--why", "it was not").code == 0
    assert points()[1] > 0
    assert classroom("reopen", *words, "--until", "2026-10-20", "--reason", "flu", "--dry-run").code == 0
    assert points()[1] > 0
    assert classroom("reopen", *words, "--until", "2026-10-20", "--reason", "flu").code == 0
    assert points() == (9.0, 0.0)
    assert not (classroom.root / ".autograder/points-pending").exists()
