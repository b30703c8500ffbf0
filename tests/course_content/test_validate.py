"""nbgrader's own Validate says that a right answer is right, and names the cells of a wrong one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.validator import Validator
from traitlets.config import Config

from autograder.course import load_course
from autograder.data.location import DATA_VARIABLE
from tests.data_sets import data_of_course

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.id for entry in load_course(ROOT).chapters]
AT_ONCE = ("reader",)  # the way is the same; the others are run with the long tests
pytestmark = pytest.mark.slow


def failed_cells(notebook: Path) -> list[str]:
    """Return the checks in the cells that Validate names, as it is called by the button in JupyterLab."""
    validator = Validator(config=Config({"Execute": {"timeout": 600}}))
    found: dict[str, Any] = validator.validate(str(notebook))
    assert not {"changed", "passed"} & set(found), found  # of cells that students must not change
    return [one["source"] for one in found.get("failed", [])]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's course folder: course.yml and assignments with the public recordings."""
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    shutil.copytree(ROOT / "source/datasets", tmp_path / "source/datasets")
    shutil.copy(ROOT / "course.yml", tmp_path)
    monkeypatch.setenv("AUTOGRADER_QUICK", "1")
    monkeypatch.setenv(DATA_VARIABLE, str(data_of_course()))
    return tmp_path


@pytest.mark.parametrize(
    "chapter", [pytest.param(one, marks=() if one in AT_ONCE else pytest.mark.long) for one in CHAPTERS]
)
def test_a_right_answer_is_right(course: Path, chapter: str) -> None:
    notebook = course / "assignments" / chapter / f"{chapter}.ipynb"
    shutil.copy(ROOT / "solutions" / chapter / f"{chapter}.ipynb", notebook)
    # Weights of a rehearsal, a few batches, earn nothing: there Validate is right to say so.
    assert [cell for cell in failed_cells(notebook) if 'check("training")' not in cell] == []


def test_an_untouched_skeleton_is_named_by_its_cells(course: Path) -> None:
    path = course / "assignments" / AT_ONCE[0] / f"{AT_ONCE[0]}.ipynb"
    cells = [
        cell for cell in nbformat.read(path, as_version=4).cells if cell.metadata.get("nbgrader", {}).get("points")
    ]
    assert {source.strip() for source in failed_cells(path)} == {cell.source.strip() for cell in cells}
