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

from autograder.checks.suite import public_kit
from autograder.grading.exchange import SECRET, ready_for_release
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


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Give one command of nbgrader, as it is typed."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


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


def test_nbgrader_gives_the_points_of_the_public_checks(
    course: Path, shared_box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_NBGRADER_AUTOGRADE", "1")
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


def test_nbgraders_own_autograde_is_refused_with_the_reason(course: Path) -> None:
    (course / "autograded/s001/reader").mkdir(parents=True)
    (course / "autograded/s001/reader/reader.ipynb").write_text("{}", "utf-8")
    done = typed(course, "autograde", "reader", "--force")
    assert done.returncode == 1
    assert "outside the box" in done.stderr
    assert "autograder grade" in done.stderr
    assert (course / "autograded/s001/reader/reader.ipynb").read_text("utf-8") == "{}"
    with opened_gradebook(course) as book:
        assert book.students == []


@pytest.mark.long
def test_feedback_goes_back_by_the_exchange(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a student handed in by nbgrader is collected by us, and the page is found by their nbgrader again."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(course / "assignments/reader", home / "reader")
    exchange = course / ".autograder/exchange"
    exchange.mkdir(parents=True)
    own = ["--course=palm-2026", f"--Exchange.root={exchange}", f"--Exchange.cache={home / 'cache'}"]
    assert typed(course, "generate_assignment", "reader", "--force").returncode == 0
    assert typed(course, "release_assignment", "reader").returncode == 0
    sent = typed(home, "submit", "reader", *own)
    assert sent.returncode == 0, sent.stderr[-2000:]
    (inbound,) = (exchange / "palm-2026/inbound").iterdir()
    student = inbound.name.split("+")[0]
    (course / "list.csv").write_text(f"id\n{student}\nby-mail\n", "utf-8")
    for words in (
        ("import-roster", "list.csv", "--yes"),
        ("collect", str(inbound.parent), "--chapter", "reader", "--yes"),
    ):
        command = [sys.executable, "-m", "autograder", *words]
        ours = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
        assert ours.returncode == 0, ours.stderr
    assert (course / f"submitted/{student}/reader/{SECRET}").is_file()
    for who in (student, "by-mail"):  # handed in another way: a page without a secret ended the release for all
        page = course / f"feedback/{who}/reader/reader.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>for {who}</p>", "utf-8")
        assert ready_for_release(course, who, "reader")
    released = typed(course, "release_feedback", "reader")
    assert released.returncode == 0, released.stderr[-2000:]
    assert len(list((exchange / "palm-2026/feedback").iterdir())) == 2
    fetched = typed(home, "fetch_feedback", "reader", *own)
    assert fetched.returncode == 0, fetched.stderr[-2000:]
    (found,) = (home / "reader/feedback").rglob("reader.html")
    assert found.read_text("utf-8") == f"<p>for {student}</p>"
