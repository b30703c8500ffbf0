"""A class from hand-in to feedback pages and grades.csv, by the commands a TA types."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.class_folder import Outcome, Verbs
from tests.known_mistakes import write_mistake

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for folder in ("source", "assignments", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    for student in ("s001", "s002"):
        (tmp_path / "submitted" / student / "reader").mkdir(parents=True)
    notebook = json.loads((ROOT / "solutions/reader/reader.ipynb").read_text("utf-8"))
    evil = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "<script>alert(1)</script>"}
    notebook["cells"].append(evil)
    notebook["metadata"]["autograder"]["language"] = "en"  # of an English bundle, in a Chinese course
    (tmp_path / "submitted/s001/reader/reader.ipynb").write_text(json.dumps(notebook), "utf-8")
    write_mistake(tmp_path / "submitted/s002/reader", "reader", "no_scaling")
    return tmp_path


@pytest.fixture
def run(course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Give a command in the course's folder."""
    return Verbs(course, monkeypatch, capsys)


def test_a_class_is_graded_exported_and_gets_its_feedback(course: Path, run: Callable[..., Outcome]) -> None:
    assert run("grade", "--lang", "en").code == 1
    assert run("grade", "--lang", "en").code == 1
    exported = run("export", "--lang", "en")
    assert "2 results" in exported.out, exported.err
    with (course / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        scores = {row["student"]: float(row["score"]) for row in csv.DictReader(file) if row["chapter"] == "reader"}
    assert scores == {"s001": 90.0, "s002": 75.0}
    made = run("feedback", "reader")
    assert made.code == 0, made.err
    right, wrong = ((course / f"feedback/{s}/reader/reader.html").read_text("utf-8") for s in ("s001", "s002"))
    assert "<code>values</code>" in wrong
    assert "<script>alert(1)" not in right
    assert '<html lang="en">' in right  # as the notebook
    assert "your answer" in right
    assert '<html lang="zh">' in wrong  # a script names no language: that of the course
    assert run("feedback", "reader", "--lang", "zh").code == 0
    right = (course / "feedback/s001/reader/reader.html").read_text("utf-8")
    assert '<html lang="zh">' in right
    assert "你的答案" in right


def test_a_notebook_that_cannot_be_shown_is_one_line_and_the_class_goes_on(
    course: Path, run: Callable[..., Outcome]
) -> None:
    (course / "autograded").mkdir()
    (course / "autograded/s001").write_text("in the way")
    command = ("grade", "--chapter", "reader", "--lang", "en")
    done = run(*command)
    assert done.err.count("could not be written to autograded/") == 1
    assert "s002" in done.out
    assert (course / "autograded/s002/reader/reader.ipynb").is_file()
    (course / "autograded/s001").unlink()
    done = run(*command)
    assert "could not be written" not in done.err
    assert (course / "autograded/s001/reader/reader.ipynb").is_file()
