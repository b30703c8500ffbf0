"""Points in nbgrader's own gradebook."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Chapter, load_chapter
from autograder.grading.gradebook import opened_gradebook, record_points

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def chapter() -> Chapter:
    return load_chapter(ROOT / "source" / "reader")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    return tmp_path


def record(points: float) -> dict[str, Any]:
    findings = [{"task": "transform_img", "points": points}, {"task": "transform_img", "points": 1.0}]
    return {"status": "graded", "student": "s001", "findings": findings}


def test_points_stand_in_the_tasks_grade_cell_and_twice_is_once(course: Path, chapter: Chapter) -> None:
    record_points(course, chapter, [record(5.0)])
    record_points(course, chapter, [record(7.0)])
    with opened_gradebook(course) as book:
        assert book.find_grade("check-transform_img", "reader", "reader", "s001").auto_score == 8.0
        assert len(book.assignment_submissions("reader")) == 1
        assert book.find_grade("why_224", "reader", "reader", "s001").needs_manual_grade


def test_a_mark_given_by_hand_survives_a_regrade(course: Path, chapter: Chapter) -> None:
    record_points(course, chapter, [record(5.0)])
    with opened_gradebook(course) as book:
        book.find_grade("why_224", "reader", "reader", "s001").manual_score = 9.0
        book.find_grade("check-data_loader", "reader", "reader", "s001").manual_score = 3.0
        book.db.commit()
    record_points(course, chapter, [record(2.0)])
    with opened_gradebook(course) as book:
        written = book.find_grade("why_224", "reader", "reader", "s001")
        assert (written.manual_score, written.needs_manual_grade) == (9.0, False)
        assert book.find_grade("check-data_loader", "reader", "reader", "s001").manual_score == 3.0
