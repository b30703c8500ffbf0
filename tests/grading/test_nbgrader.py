"""Plain nbgrader keeps working in the course folder, and gives what our public checks give."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from autograder.checks.kit import public_kit
from autograder.grading.grade import grade
from autograder.grading.gradebook import opened_gradebook
from autograder.sandbox.box import Box
from autograder.submission import read_submission

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow
WARNING = "import warnings\ndef data_loader(*a):\n    warnings.warn('look out')\n    return right_loader(*a)\n"


# The commands of `nbgrader` as its own entry makes them, one after the other: each would import nbgrader anew.
COMMANDS = """
import json, sys
from nbgrader.apps import NbGraderApp
for words in json.loads(sys.argv[1]):
    NbGraderApp.clear_instance()
    NbGraderApp.launch_instance(argv=words)
    print("done:", words[0], flush=True)
"""


def nbgrader(course: Path, *commands: list[str]) -> None:
    """Give these commands; they must all come to their end."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=course,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("done: ") == len(commands), done.stdout


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    folder = tmp_path / "submitted" / "s001" / "reader"
    folder.mkdir(parents=True)
    notebook = json.loads((ROOT / "solutions/reader/reader.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "data_loader":
            cell["source"] = "".join(cell["source"]).replace("def data_loader", "def right_loader") + "\n\n" + WARNING
    (folder / "reader.ipynb").write_text(json.dumps(notebook), "utf-8")
    return tmp_path


def test_nbgrader_gives_the_points_of_the_public_checks(course: Path, shared_box: Box) -> None:
    before = {path.name: path.read_bytes() for path in (course / "assignments/reader").iterdir()}
    each = (["generate_assignment", "reader", "--force"], ["autograde", "reader"])
    nbgrader(course, *each, ["generate_feedback", "reader"], ["export"])
    assert {path.name: path.read_bytes() for path in (course / "assignments/reader").iterdir()} == before
    raw = read_submission(course / "submitted/s001/reader", "reader")
    findings = grade(public_kit(course, "reader"), raw, shared_box).findings
    with opened_gradebook(course) as book:
        for task in ("transform_img", "data_loader", "valid_data_loader"):
            ours = sum(finding.points for finding in findings if finding.task == task)
            assert ours > 0
            assert book.find_grade(f"check-{task}", "reader", "reader", "s001").auto_score == ours
    assert "s001" in (course / "grades.csv").read_text("utf-8")
