"""What formgrader writes over is noted in the database, told once, and kept in the audit log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from autograder.grading.gradebook import opened_gradebook
from autograder.store.audit import audit_entries
from autograder.store.database import Database, migrate
from autograder.store.overwritten import told_overwritten

pytestmark = pytest.mark.slow
NOW = datetime(2026, 10, 1, tzinfo=UTC)


@contextmanager
def page(root: Path) -> Iterator[tuple[Any, Any]]:
    """What one page of formgrader has: a grade and a comment, which it saves as a whole."""
    with opened_gradebook(root) as book:
        yield book.find_grade("why", "c1", "c1", "s1"), book.find_comment("why", "c1", "c1", "s1")
        book.db.commit()


@pytest.fixture
def marks(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Database, Path]]:
    """A class with one written answer."""
    monkeypatch.setenv("AUTOGRADER_DB", url)
    with Database(url) as database:
        with opened_gradebook(tmp_path) as book:
            book.update_or_create_assignment("c1")
            book.update_or_create_notebook("c1", "c1")
            book.update_or_create_grade_cell("why", "c1", "c1", max_score=10, cell_type="markdown")
            book.update_or_create_solution_cell("why", "c1", "c1")
            book.update_or_create_student("s1")
            book.update_or_create_submission("c1", "s1")
            book.db.commit()
        yield database, tmp_path


def test_two_tas_with_the_same_page_lose_nothing_that_is_not_told(marks: tuple[Database, Path]) -> None:
    """Submitty#10973, #12854, Coursemology#2046: the second save takes the place of the first, also of what it left alone."""
    database, root = marks
    with page(root) as (grade, comment):
        grade.manual_score, grade.extra_credit, comment.manual_comment = 9.0, 2.0, "well argued"
    assert told_overwritten(database, NOW) == []  # a first mark takes no one's place
    with page(root) as (grade, comment):  # an old page, on which neither was there yet
        grade.manual_score, grade.extra_credit, comment.manual_comment = 5.0, None, ""
    told = [line.en for line in told_overwritten(database, NOW)]
    assert {line.partition(";")[0] for line in told} == {
        "formgrader: s1 c1 why: 9 -> 5",
        "formgrader: s1 c1 why extra credit: 2 -> nothing",
        "formgrader: s1 c1 why comment: “well argued” -> nothing",
    }
    assert told_overwritten(database, NOW) == []
    with database.reading() as connection:
        lines = [(one.target, one.old, one.new) for one in audit_entries(connection, "s1", "overwritten")]
    assert sorted(lines) == [("c1 why", "2", "nothing"), ("c1 why", "9", "5"), ("c1 why", "“well argued”", "nothing")]


def test_quick_changes_are_told_in_one_line_and_the_same_mark_not_at_all(marks: tuple[Database, Path]) -> None:
    database, root = marks
    for score in (1.0, 1.0, 7.5, 7.5, 10.0):
        with page(root) as (grade, _):
            grade.manual_score = score
    (line,) = told_overwritten(database, NOW)
    assert "why: 1 -> 7.5 -> 10;" in line.en


def test_a_mark_that_moves_with_its_answer_is_no_lost_one(marks: tuple[Database, Path]) -> None:
    database, root = marks
    with page(root) as (grade, _):
        grade.manual_score = 9.0
    with page(root) as (grade, _):  # as `grade` does where another answer is shown
        grade.manual_score, grade.id = None, uuid.uuid4().hex
    with page(root) as (grade, _):
        grade.auto_score = 4.0
    assert told_overwritten(database, NOW) == []


def test_without_our_table_formgrader_saves_as_before(marks: tuple[Database, Path]) -> None:
    database, root = marks
    with database.writing() as connection:
        migrate(connection, "0010", down=True)
        assert not inspect(connection).has_table("autograder_overwritten")
        connection.execute(text("UPDATE grade SET manual_score = 3"))
        connection.execute(text("UPDATE grade SET manual_score = 4"))
    with page(root) as (grade, _):
        grade.manual_score = 5.0
    with database.writing() as connection:
        migrate(connection, "0011")
    with page(root) as (grade, _):
        grade.manual_score = 6.0
    assert len(told_overwritten(database, NOW)) == 1
