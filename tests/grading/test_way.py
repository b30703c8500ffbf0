"""How many modules a submission passes through outside the box, from the file to its result."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

import autograder
from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.grade import AnswerCache
from autograder.sandbox.box import box_for_course

ROOT = Path(__file__).parents[2]
CODE = Path(autograder.__file__).parent
MOST = {"right": 18, "wrong": 18, "raises": 19}  # what an exception says is read in checks/raised.py
pytestmark = pytest.mark.slow


@contextmanager
def entered() -> Iterator[set[str]]:
    """Give a set that fills with the modules of `autograder` in which a function is called, in any thread."""
    found: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(f"{CODE}/"):
            found.add(name[len(f"{CODE}/") :])

    sys.setprofile(note)
    threading.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def test_a_submission_passes_through_few_modules(tmp_path: Path) -> None:
    """A grader as the workers of a class have it: findings are kept, and the class has a private salt."""
    course = load_course(ROOT)
    grader = Grader(ROOT, course, box_for_course(course), once=AnswerCache(), salt="private")
    text = (ROOT / "solutions/lenet/lenet.py").read_text("utf-8")
    answers = {
        "right": text,
        "wrong": text.replace("F.sigmoid", "F.relu"),
        "raises": text.replace("F.sigmoid", "F.sigmoud"),
    }
    assert len(set(answers.values())) == len(answers)
    try:
        for name, answer in answers.items():
            (tmp_path / name).mkdir()
            path = tmp_path / name / "lenet.py"
            path.write_text(answer, "utf-8")
            grader.grade(HandIn(path, "lenet", None))  # what is read once for a class is read
            path.write_text(f"# another one\n{answer}", "utf-8")
            with entered() as modules:
                result = grader.grade(HandIn(path, "lenet", None))
            assert any(finding.failed for finding in result.findings) == (name != "right")
            assert result.asked_for == ""
            assert {"grading/grade.py", "grading/examine.py", "sandbox/box.py"} <= modules
            assert len(modules) <= MOST[name], sorted(modules)
    finally:
        if grader.box.zygote:
            grader.box.zygote.close()
