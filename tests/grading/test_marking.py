"""Marks belong to the answer they were given for: another answer, another mark; the old one is a suggestion."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Chapter, Course, load_chapter, load_course
from autograder.grading.attempt_choice import Graded, choice_for, chosen_results, with_choice
from autograder.grading.attempts import kept_path
from autograder.grading.gradebook import Suggested, opened_gradebook, record_points
from autograder.grading.marking import settle_marks
from autograder.store.result import Result
from autograder.store.results import ResultStore
from tests.results import result

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 9, 10, tzinfo=UTC)
pytestmark = pytest.mark.slow


@dataclass
class Room:
    """A class whose attempts are written down without a box: what is tested comes after grading."""

    root: Path
    store: ResultStore
    chapter: Chapter
    course: Course

    def attempt(self, key: str, written: str, code: str, points: float) -> dict[str, float]:
        """Hand in and grade once more; return the suggestions."""
        notebook = json.loads((self.root / "assignments/reader/reader.ipynb").read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "why_224":
                cell["source"] = written
        own = {"cell_type": "code", "id": "own", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
        notebook["cells"][0] = own
        path = kept_path(self.root, "s1", "reader", key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), "utf-8")
        findings = [{"task": "transform_img", "points": points, "kind": "function"}]
        made = result(student="s1", chapter="reader", key=key, findings=findings, score=points)
        self.store.add("s1", "reader", key, made, submission=key, received_at=NOW)
        return self.grade(made)

    def grade(self, made: Result) -> dict[str, float]:
        """Do what `grade` does after grading; return the suggestions."""
        settle_marks(self.root, self.store, self.chapter, ["s1"], NOW)
        suggested: Suggested = {}
        counting = chosen_results(self.store, [with_choice(self.course, self.store, made)])
        assert record_points(self.root, self.chapter, counting, suggested) == {}
        return suggested["s1"]

    def mark(self, cell: str, points: float | None, grade_id: str = "") -> str:
        """Mark as formgrader does, by the number of the grade that its page has; return that number."""
        with opened_gradebook(self.root) as book:
            grade = book.find_grade_by_id(grade_id) if grade_id else book.find_grade(cell, "reader", "reader", "s1")
            grade.manual_score = points
            book.db.commit()
            return str(grade.id)

    def marked(self, cell: str = "why_224") -> tuple[float | None, bool]:
        with opened_gradebook(self.root) as book:
            grade = book.find_grade(cell, "reader", "reader", "s1")
            return grade.manual_score, grade.needs_manual_grade

    def points(self) -> list[float]:
        found = choice_for(self.course, self.store, "s1", "reader")
        return [one.points for one in found.attempts]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    shutil.copytree(ROOT / "assignments/reader", tmp_path / "assignments/reader")
    course = load_course(ROOT).model_copy(update={"late": None})
    store = ResultStore.in_course(tmp_path)
    yield Room(tmp_path, store, load_chapter(ROOT / "source/reader"), course)
    store.close()


def test_another_answer_has_another_mark_and_the_old_one_is_a_suggestion(room: Room) -> None:
    assert room.attempt("k1", "Because of the pooling.", "x = 1", 50.0) == {}
    assert room.marked() == (None, True)
    room.mark("why_224", 9.0)
    assert room.attempt("k2", "I don't know.", "x = 1", 50.0) == {"why_224": 9.0}
    assert room.marked() == (None, True)
    assert room.points() == [59.0, 50.0]


def test_the_same_answer_keeps_its_mark_through_a_regrade_and_other_code(room: Room) -> None:
    room.attempt("k1", "Because.", "x = 1", 50.0)
    room.mark("why_224", 9.0)
    record = room.store.with_key("k1", "s1", "reader")
    assert record is not None
    assert room.grade(record) == {}
    assert room.marked() == (9.0, False)
    room.attempt("k2", "Because.", "x = 2", 60.0)
    assert room.marked() == (9.0, False)
    assert room.points() == [59.0, 69.0]


def test_the_mark_comes_back_with_its_answer(room: Room) -> None:
    for key, answer, mark in (("k1", "one", 9.0), ("k2", "two", 2.0)):
        room.attempt(key, answer, "x = 1", 50.0)
        room.mark("why_224", mark)
    assert room.attempt("k3", "one", "x = 1", 50.0) == {}
    assert room.marked() == (9.0, False)


def test_marking_the_third_attempt_changes_neither_the_first_nor_the_second(room: Room) -> None:
    for key, answer in (("k1", "one"), ("k2", "two"), ("k3", "three")):
        room.attempt(key, answer, "x = 1", 50.0)
    before = room.points()
    room.mark("why_224", 7.0)
    assert (before, room.points()) == ([50.0, 50.0, 50.0], [50.0, 50.0, 57.0])


def test_an_override_of_points_does_not_pass_to_other_code(room: Room) -> None:
    room.attempt("k1", "one", "x = 1", 5.0)
    room.mark("check-transform_img", 30.0)
    assert room.attempt("k2", "one", "pass", 0.0) == {"check-transform_img": 30.0}
    assert room.marked("check-transform_img") == (None, False)
    assert room.points() == [30.0, 0.0]


def test_a_page_that_was_opened_before_marks_no_answer_that_nobody_saw(room: Room) -> None:
    room.attempt("k1", "one", "x = 1", 50.0)
    page = room.mark("why_224", 9.0)
    room.attempt("k2", "two", "x = 1", 50.0)
    with pytest.raises(Exception, match="No such grade"):
        room.mark("why_224", 9.0, page)
    assert room.marked() == (None, True)


def test_a_mark_given_while_grading_ran_is_kept_with_the_answer_that_was_shown(room: Room) -> None:
    room.attempt("k1", "one", "x = 1", 50.0)
    notebook = kept_path(room.root, "s1", "reader", "k1").read_text("utf-8").replace("one", "two")
    kept_path(room.root, "s1", "reader", "k2").write_text(notebook, "utf-8")
    newer = Graded(result(student="s1", chapter="reader", key="k2"))
    room.mark("why_224", 4.0)  # after the marks were settled, before the points are written
    suggested: Suggested = {}
    record_points(room.root, room.chapter, [newer], suggested)
    assert suggested == {"s1": {"why_224": 4.0}}
    assert room.marked() == (None, True)
