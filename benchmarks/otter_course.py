"""A chapter as a course of otter-grader: its environment, the tests, and the notebooks that call them."""

from __future__ import annotations

import json
import shutil
import subprocess
import venv
from pathlib import Path
from typing import Any

from autograder.checks.suite import public_kit
from autograder.course import Task

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "benchmarks" / "otter.txt"
HOME = ROOT / ".autograder" / "otter"
TEST = """OK_FORMAT = False

import contextlib
import io

from otter.test_files import test_case

name = {task!r}
said = []


def passed(check, wanted):
    if not said:
        page = io.StringIO()
        with contextlib.redirect_stdout(page):
            check(name)
        said.extend(page.getvalue().splitlines())
    assert any(line.startswith(f"✓ {{wanted}} ") for line in said), "\\n".join(said)
"""
CASE = """

@test_case(name={check!r}, points={points})
def case_{number}(check):
    passed(check, {check!r})
"""


def otter_python() -> Path:
    """Return the Python of otter's own environment, which is made where it is missing or of another list."""
    made_from = HOME / PACKAGES.name
    python = HOME / "bin" / "python"
    if not made_from.exists() or made_from.read_bytes() != PACKAGES.read_bytes():
        venv.create(HOME, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(PACKAGES)], check=True)
        shutil.copy(PACKAGES, made_from)
    return python


def test_file(task: Task) -> str:
    """Return otter's test of a task: one case per public check, all answered by one call of the notebook's `check`."""
    public = [(task.full_id(entry), entry.points) for entry in task.checks if not entry.hidden]
    cases = [CASE.format(check=check, points=points, number=place) for place, (check, points) in enumerate(public)]
    return TEST.format(task=task.id) + "".join(cases)


def otter_notebook(text: str) -> str:
    """Return the notebook with otter's test where `check` is called."""
    book: dict[str, Any] = json.loads(text)
    for cell in book["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = f"grader.{''.join(cell['source'])}"
    cell = {"cell_type": "code", "id": "otter", "metadata": {}, "outputs": [], "execution_count": None}
    book["cells"].insert(0, {**cell, "source": "import otter\n\ngrader = otter.Notebook()"})
    return json.dumps(book)


def make_otter_course(root: Path, chapter: str) -> None:
    """Write the tests, autograder.zip, and the notebooks handed in, into `root/otter`."""
    folder = root / "otter"
    (folder / "tests").mkdir(parents=True)
    for task in public_kit(root, chapter).chapter.tasks:
        if task.checks:
            (folder / "tests" / f"{task.id}.py").write_text(test_file(task), "utf-8")
    subprocess.run([str(otter_python()), "-m", "otter", "generate"], cwd=folder, check=True, capture_output=True)
    for book in sorted((root / "submitted").glob(f"*/{chapter}/{chapter}.ipynb")):
        place = folder / book.relative_to(root)
        place.parent.mkdir(parents=True)
        place.write_text(otter_notebook(book.read_text("utf-8")), "utf-8")


def otter_points(result: Path) -> float:
    """Return the points in a results.json; SystemExit: it holds none, so no test was run."""
    tests = json.loads(result.read_text("utf-8"))["tests"]
    scores = [float(test["score"]) for test in tests if "score" in test]
    if not scores:
        raise SystemExit(f"{result}: otter ran no test: {tests}")
    return sum(scores)
