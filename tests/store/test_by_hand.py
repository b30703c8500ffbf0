"""Marks that TAs give in nbgrader's formgrader count, in the one database of any kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.grading.gradebook import opened_gradebook
from autograder.store.audit import audit_entries
from autograder.store.database import Database
from autograder.store.ledgers import ledger_of, ledgers
from autograder.store.marks import log_marks

pytestmark = pytest.mark.slow


def test_manual_marks_and_extra_credit_are_seen_beside_nbgraders_own_tables(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DB", url)
    Database(url).close()  # ours first, then nbgrader's
    with opened_gradebook(tmp_path) as book:
        book.update_or_create_assignment("c1")
        book.update_or_create_notebook("c1", "c1")
        for name in ("why", "check-add", "untouched"):
            book.update_or_create_grade_cell(name, "c1", "c1", max_score=10, cell_type="code")
        for student in ("s1", "S2"):
            book.update_or_create_student(student)
            book.update_or_create_submission("c1", student)
        book.find_grade("why", "c1", "c1", "s1").manual_score = 7.0
        added = book.find_grade("check-add", "c1", "c1", "s1")
        added.auto_score, added.manual_score, added.extra_credit = 5.0, 3.0, 0.5
        book.find_grade("untouched", "c1", "c1", "S2").auto_score = 4.0
        book.db.commit()
    with Database(url) as database, database.reading() as connection:
        assert ledger_of(connection, "s1").by_hand == (("c1", 5.5),)
        assert [(one.student.id, one.by_hand) for one in ledgers(connection)] == [("s1", (("c1", 5.5),))]


def test_each_mark_is_logged_once_with_the_one_before_and_that_it_came_from_formgrader(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DB", url)
    now = datetime(2026, 10, 1, tzinfo=UTC)

    def marked(score: float | None, extra: float | None = None) -> int:
        with opened_gradebook(tmp_path) as book:
            grade = book.find_grade("why", "c1", "c1", "s1")
            grade.manual_score, grade.extra_credit = score, extra
            book.db.commit()
        return log_marks(database, now)

    with Database(url) as database:
        assert log_marks(database, now) == 0  # nbgrader has no tables yet
        with opened_gradebook(tmp_path) as book:
            book.update_or_create_assignment("c1")
            book.update_or_create_notebook("c1", "c1")
            book.update_or_create_grade_cell("why", "c1", "c1", max_score=10, cell_type="markdown")
            book.update_or_create_student("s1")
            book.update_or_create_submission("c1", "s1")
            book.find_grade("why", "c1", "c1", "s1").auto_score = 4.0
            book.db.commit()
        assert log_marks(database, now) == 0
        assert [marked(7.0), marked(7.0), marked(8.5, 0.5), marked(None)] == [1, 0, 1, 1]
        with database.reading() as connection:
            lines = list(audit_entries(connection))
    assert [(one.old, one.new) for one in lines] == [("8.5 +0.5", ""), ("7", "8.5 +0.5"), ("", "7")]
    assert {(one.actor, one.what, one.student, one.target, one.at) for one in lines} == {
        ("formgrader", "mark", "s1", "c1 why", now)
    }
