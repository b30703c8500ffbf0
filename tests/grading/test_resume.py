"""Grading that is interrupted goes on where it was: every submission one result, none run twice."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.course import load_course
from autograder.grading.points import PENDING

ROOT = Path(__file__).parents[2]
STUDENTS = 5
pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for folder in ("source", "assignments", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "course.yml", tmp_path)
    for number in range(STUDENTS):
        folder = tmp_path / "submitted" / f"s{number:03}" / "reader"
        folder.mkdir(parents=True)
        text = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
        (folder / "reader.py").write_text(f"{text}\n# {number}\n", "utf-8")
    return tmp_path


def rows(course: Path) -> list[tuple[int, str, float]]:
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return connection.execute(
            "select id, student, json_extract(record, '$.score') from autograder_result order by id"
        ).fetchall()
    finally:
        connection.close()


def points(course: Path) -> dict[str, float]:
    """Return the points in nbgrader's gradebook by student."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", load_course(course).id) as book:
        return {one.student.id: one.score for one in book.assignment_submissions("reader")}


@pytest.mark.parametrize("how", [pytest.param(signal.SIGKILL, marks=pytest.mark.long), signal.SIGINT])
def test_an_interrupted_class_goes_on_where_it_was(course: Path, how: signal.Signals) -> None:
    command = [sys.executable, "-m", "autograder", "grade", "--jobs", "1", "--lang", "en"]
    process = subprocess.Popen(command, cwd=course, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    assert process.stderr.readline().startswith("[1/")
    process.send_signal(how)
    said = process.stderr.read()
    process.stderr.close()
    code = process.wait()
    assert code == (-9 if how == signal.SIGKILL else 130)
    assert how == signal.SIGKILL or "goes on from there" in said
    before = rows(course)
    assert 1 <= len(before) < STUDENTS
    if how == signal.SIGINT:
        assert points(course) == {student: score for _, student, score in before}
    else:
        assert (course / PENDING).is_file()
    assert subprocess.run(command, cwd=course, capture_output=True, check=False).returncode == 0
    after = rows(course)
    assert after[: len(before)] == before
    assert sorted((student, score) for _, student, score in after) == [(f"s{n:03}", 90.0) for n in range(STUDENTS)]
    assert points(course) == {student: score for _, student, score in after}
    assert not (course / PENDING).exists()
