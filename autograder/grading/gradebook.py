"""Points per task in nbgrader's gradebook, so that formgrader, feedback and export show them."""

from __future__ import annotations

import json
import math
import os
import sys
import sysconfig
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy.exc import SAWarning

from autograder.course import Chapter
from autograder.store.database import class_url, explained


def record_points(root: Path, chapter: Chapter, records: Sequence[dict[str, Any]]) -> None:
    """Put the points of graded `records` (see `Result.to_record`) of one chapter into the class's database.

    Doing it twice is the same as once. Only automatic scores are written; a mark given by hand stays.
    """
    with opened_gradebook(root) as book:
        _cells(book, root, chapter)
        for record in records:
            if record["status"] == "graded" and record["student"]:
                _points(book, chapter, record)
        book.db.commit()


@contextmanager
def opened_gradebook(root: Path) -> Iterator[Any]:
    """Open nbgrader's gradebook of a course; a new one is made."""
    gradebook = gradebook_class()
    # nbgrader calls the program `alembic` for a new database; it lies beside this Python, which need not be on PATH.
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), before])
    try:
        with explained("the gradebook"):
            book = gradebook(class_url(root))
    finally:
        os.environ["PATH"] = before
    with explained(book.db.get_bind().url.render_as_string(hide_password=True)), warnings.catch_warnings(), book:
        # nbgrader 0.9.6 adds its own rows in an order that SQLAlchemy 2.1 remarks upon; they are stored all the same.
        warnings.filterwarnings("ignore", message="Object of type", category=SAWarning)
        yield book


@cache
def gradebook_class() -> Any:
    """Return nbgrader's `Gradebook`, without what else nbgrader imports.

    The package itself imports its server extensions, its apps and nbconvert, none of which is needed for the database;
    and jsonschema makes a grammar of internationalised addresses, a second of work for a format that no notebook has.
    So for this one import the package is an empty one in the same place, and that grammar cannot be found.
    """
    stand_ins: dict[str, Any] = {"rfc3987_syntax": None}
    package = find_spec("nbgrader")
    if package is not None and package.submodule_search_locations is not None:
        stand_ins["nbgrader"] = ModuleType("nbgrader")
        stand_ins["nbgrader"].__path__ = list(package.submodule_search_locations)
    stand_ins = {name: module for name, module in stand_ins.items() if name not in sys.modules}
    sys.modules.update(stand_ins)
    try:
        return import_module("nbgrader.api").Gradebook
    finally:
        for name in stand_ins:
            del sys.modules[name]


def _cells(book: Any, root: Path, chapter: Chapter) -> None:
    name = chapter.id
    release = json.loads((root / "assignments" / name / f"{name}.ipynb").read_text("utf-8"))
    book.update_or_create_assignment(name)
    book.update_or_create_notebook(name, name)
    for cell in release["cells"]:
        grading = cell["metadata"].get("nbgrader")
        if not grading:
            continue
        cell_id, kind = grading["grade_id"], cell["cell_type"]
        if grading["grade"]:
            book.update_or_create_grade_cell(cell_id, name, name, max_score=grading["points"], cell_type=kind)
        if grading["solution"]:
            book.update_or_create_solution_cell(cell_id, name, name)
        book.update_or_create_source_cell(
            cell_id,
            name,
            name,
            cell_type=kind,
            source="".join(cell["source"]),
            checksum=grading.get("checksum"),
            locked=grading["locked"],
        )


def _points(book: Any, chapter: Chapter, record: dict[str, Any]) -> None:
    name, student = chapter.id, record["student"]
    book.update_or_create_student(student)
    book.update_or_create_submission(name, student)
    for task in chapter.tasks:
        if task.kind == "written":
            grade = book.find_grade(task.id, name, name, student)
            grade.needs_manual_grade = grade.manual_score is None
            continue
        grade = book.find_grade(f"check-{task.id}", name, name, student)
        grade.auto_score = math.fsum(f["points"] for f in record["findings"] if f["task"] == task.id)
        grade.needs_manual_grade = False
    counting = record.get("counting")
    if counting:
        taken_off = counting["raw_points"] * counting["penalty_percent"] / 100.0
        book.find_submission_notebook(name, name, student).late_submission_penalty = taken_off
