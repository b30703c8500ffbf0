"""Points per task in nbgrader's gradebook, so that formgrader, feedback and export show them."""

from __future__ import annotations

import json
import math
import os
import re
import sys
import sysconfig
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError, SAWarning

from autograder.checkin.late import AttemptChoice
from autograder.checkin.weeks import utc_now
from autograder.course import Chapter
from autograder.course.chapter import Task
from autograder.grading.attempt_choice import Graded
from autograder.grading.marking import move_marks
from autograder.store.database import Database, class_url, explained, shown_url
from autograder.store.overwritten import watch_marks
from autograder.untrusted.outside import plain_text

Suggested = dict[str, dict[str, float]]
"""Marks of other answers, by student and cell."""
AT_ONCE = 500  # students in one transaction: others who write wait so long
# What nbgrader's gradebook imports and does not use, with the names that it asks for; and what keeps those names.
STANDING_IN = {
    "nbgrader": (),
    "nbgrader.auth": ("Authenticator",),
    "setuptools.archive_util": ("unpack_archive", "unpack_tarfile", "unpack_zipfile"),
    "nbformat.notebooknode": ("NotebookNode",),
}
VERSION = re.compile(r"^revision = '(?P<version>\w+)'\ndown_revision = (None|'(?P<before>\w+)')$", re.MULTILINE)
SAW_THEM = frozenset(("nbgrader.utils",))


def record_points(
    root: Path, chapter: Chapter, given: Sequence[Graded], suggested: Suggested | None = None
) -> dict[str, str]:
    """Put the points of graded results of one chapter into the class's database.

    Doing it twice is the same as once. A mark given by hand stays with the answer that it was given for: where another
    answer is shown, it is a suggestion, put into `suggested` by student and cell. Returns the students
    whose points could not be written, each with what kept them; the others' are.
    """
    failed: dict[str, str] = {}
    with opened_gradebook(root) as book:
        graded = [one for one in given if one.result.status == "graded" and one.result.student]
        _cells(book, root, chapter)
        for start in range(0, len(graded), AT_ONCE):
            part = graded[start : start + AT_ONCE]
            failed |= _some_points(book, root, chapter, part, {} if suggested is None else suggested)
    return failed


def _cell_of(task: Task) -> str:
    """Return the id of the cell that holds the points of a task."""
    return task.id if task.kind == "written" else f"check-{task.id}"


def _points_of(one: Graded, task: Task) -> float:
    return math.fsum(found.points for found in one.result.findings if found.task == task.id)


def _penalty(found: AttemptChoice) -> float:
    chosen = found.chosen
    return chosen.attempt.points * chosen.percent / 100.0 if chosen else 0.0


def _some_points(
    book: Any, root: Path, chapter: Chapter, given: Sequence[Graded], suggested: Suggested
) -> dict[str, str]:
    """Write points in one transaction; where that fails, each student's in one of their own."""
    try:
        suggested |= _points(book, root, chapter, given)
        book.db.commit()
    except OperationalError:  # the database is gone, full or locked: that is nobody's record
        raise
    except Exception as error:
        book.db.rollback()
        if len(given) == 1:
            return {
                str(given[0].result.student): plain_text(f"{type(error).__name__}: {getattr(error, 'orig', error)}")
            }
        found = [_some_points(book, root, chapter, [one], suggested) for one in given]
        return {student: why for each in found for student, why in each.items()}
    return {}


@contextmanager
def opened_gradebook(root: Path) -> Iterator[Any]:
    """Open nbgrader's gradebook of a course; a new one is made."""
    gradebook = gradebook_class()
    Database(class_url(root)).close()  # makes our tables
    with explained("the gradebook"):
        book = gradebook(class_url(root))
    with explained(shown_url(book.db.get_bind().url)), warnings.catch_warnings(), book:
        # nbgrader 0.9.6 adds its own rows in an order that SQLAlchemy 2.1 remarks upon; they are stored all the same.
        warnings.filterwarnings("ignore", message="Object of type", category=SAWarning)
        note_version(book)
        watch_marks(book.db.connection())
        book.db.commit()
        yield book


def newest_version() -> str | None:
    """Return the newest version of nbgrader's tables, the one that no other follows; None where there is not just one."""
    package = find_spec("nbgrader")
    places = package.submodule_search_locations if package else None
    scripts = [path.read_text("utf-8") for place in places or () for path in Path(place).glob("alembic/versions/*.py")]
    follows = {found["version"]: found["before"] for text in scripts if (found := VERSION.search(text))}
    newest = set(follows) - set(follows.values())
    return newest.pop() if len(newest) == 1 and len(follows) == len(scripts) else None


def note_version(book: Any) -> None:
    """Write the version of nbgrader's tables into a database that does not tell it.

    nbgrader does so in an empty database only, and here ours are the first tables. Without the version `nbgrader db upgrade`
    would create the tables anew and fail. The program `alembic`, which nbgrader runs, imports the whole of nbgrader, which
    takes five seconds; it is asked only where the versions are written in a way that we do not know, and lies beside this
    Python, which need not be on PATH.
    """
    if "alembic_version" in inspect(book.db.connection()).get_table_names():
        return
    version, path = newest_version(), os.environ.get("PATH", "")
    if version is None:
        os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])
        try:
            version = str(_api(book).get_alembic_version())
        finally:
            os.environ["PATH"] = path
    book.db.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
    new = "INSERT INTO alembic_version SELECT :version WHERE NOT EXISTS (SELECT 1 FROM alembic_version)"
    book.db.execute(text(new), {"version": version})


@cache
def gradebook_class() -> Any:
    """Return nbgrader's `Gradebook`, without what else nbgrader imports.

    The package imports its server extensions, its apps, nbconvert, setuptools and requests, none of which is needed for
    the database. For this one import, empty modules stand in their places. Where an nbgrader needs more of them than their
    names, it is imported as it is.
    """
    try:
        with _standing_in(_stand_ins()):
            return import_module("nbgrader.api").Gradebook
    except (ImportError, AttributeError):
        return import_module("nbgrader.api").Gradebook


def _stand_ins() -> dict[str, ModuleType]:
    """Return what stands in the place of which module."""
    package = find_spec("nbgrader")
    if package is None or package.submodule_search_locations is None:
        return {}
    found: dict[str, ModuleType] = {}
    for name, members in STANDING_IN.items():
        found[name] = ModuleType(name)
        vars(found[name]).update({member: type(member, (), {}) for member in members})
    vars(found["nbgrader"])["__path__"] = list(package.submodule_search_locations)
    return found


@contextmanager
def _standing_in(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Put modules in the place of those that were not imported yet. What has seen them is imported anew by whoever asks."""
    given = {name: module for name, module in modules.items() if name not in sys.modules}
    before = set(sys.modules)
    sys.modules.update(given)
    try:
        yield
    finally:
        for name in {*given, *(SAW_THEM - before)}:
            sys.modules.pop(name, None)


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


def _points(book: Any, root: Path, chapter: Chapter, given: Sequence[Graded]) -> Suggested:
    """Write the points of several students, with as many queries as for one."""
    by_student = {str(one.result.student): one for one in given}
    _submissions(book, chapter.id, by_student)
    grades = _grades(book, chapter.id, by_student)
    found: Suggested = {}
    for notebook, student in _notebooks(book, chapter.id, by_student):
        one = by_student[student]
        own = {
            cell: grades.get((student, cell)) or book.find_grade(cell, chapter.id, chapter.id, student)
            for cell in map(_cell_of, chapter.tasks)
        }
        if one.result.key:  # before the points: those that are there belong to the attempt that was marked
            found[student] = move_marks(book.db.connection(), root, chapter, one.result, own, utc_now())
        for task in chapter.tasks:
            grade = own[_cell_of(task)]
            if task.kind == "written":
                grade.needs_manual_grade = grade.manual_score is None
                continue
            grade.auto_score = _points_of(one, task)
            grade.needs_manual_grade = False
        if one.choice:
            notebook.late_submission_penalty = _penalty(one.choice)
    return found


def _submissions(book: Any, name: str, students: Collection[str]) -> None:
    """Make the students and submissions that are missing."""
    tables = _api(book)
    known = {row.id for row in book.db.query(tables.Student).filter(tables.Student.id.in_(students))}
    with_one = {student for _, student in _notebooks(book, name, students)}
    # Each of nbgrader's calls would end a transaction of its own; here one holds all, which `record_points` ends.
    book.db.commit = lambda: None
    try:
        for student in students:
            if student not in known:
                book.add_student(student)
        book.db.flush()
        with book.db.no_autoflush:
            for student in students:
                if student not in with_one:
                    book.add_submission(name, student)
        book.db.flush()
    finally:
        del book.db.commit


def _notebooks(book: Any, name: str, students: Collection[str]) -> list[tuple[Any, str]]:
    """Return the submitted notebooks of a chapter, each with its student."""
    tables = _api(book)
    query = book.db.query(tables.SubmittedNotebook, tables.SubmittedAssignment.student_id)
    query = query.join(
        tables.SubmittedAssignment, tables.SubmittedAssignment.id == tables.SubmittedNotebook.assignment_id
    )
    return list(_of_chapter(tables, query, name, students))


def _grades(book: Any, name: str, students: Collection[str]) -> dict[tuple[str, str], Any]:
    """Return nbgrader's grades of a chapter, by student and cell."""
    tables = _api(book)
    query = book.db.query(tables.Grade, tables.GradeCell.name, tables.SubmittedAssignment.student_id)
    query = query.join(tables.GradeCell, tables.GradeCell.id == tables.Grade.cell_id)
    query = query.join(tables.SubmittedNotebook, tables.SubmittedNotebook.id == tables.Grade.notebook_id)
    query = query.join(
        tables.SubmittedAssignment, tables.SubmittedAssignment.id == tables.SubmittedNotebook.assignment_id
    )
    return {(student, cell): grade for grade, cell, student in _of_chapter(tables, query, name, students)}


def _of_chapter(tables: Any, query: Any, name: str, students: Collection[str]) -> Any:
    query = query.join(tables.Notebook, tables.Notebook.id == tables.SubmittedNotebook.notebook_id)
    query = query.join(tables.Assignment, tables.Assignment.id == tables.SubmittedAssignment.assignment_id)
    chosen = (tables.Notebook.name == name, tables.Assignment.name == name)
    return query.filter(*chosen, tables.SubmittedAssignment.student_id.in_(students))


def _api(book: Any) -> ModuleType:
    """Return nbgrader's module of a gradebook and its tables."""
    return sys.modules[type(book).__module__]
