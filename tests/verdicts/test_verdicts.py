"""Programs in the ways in which people write answers: right ones pass, wrong ones fail where they should.

The head of each says which chapter it answers, what kind of writing it stands for, and which checks it fails (- for
none). Only the tasks whose names it defines are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn, box_of
from autograder.submission import pieces_of_script, slice_names

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    course = load_course(ROOT)
    grader = Grader(ROOT, course, box_of(course))
    yield grader
    if grader.box.zygote:
        grader.box.zygote.close()


def head(program: Path) -> dict[str, str]:
    lines = program.read_text("utf-8").splitlines()[:3]
    return dict(line.removeprefix("# ").split(": ", 1) for line in lines)


@cache
def names_in(program: Path) -> frozenset[str]:
    wanted = ("LeNet", "AlexNet", "augment", "ConvBNLayer", "BottleneckBlock", "Inception", "VGGBlock")
    asked = (*wanted, "train_one_epoch", "evaluate", "transform_img", "data_loader", "valid_data_loader")
    return frozenset(slice_names(pieces_of_script(program.read_text("utf-8")), asked).found)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_is_judged_rightly(grader: Grader, program: Path) -> None:
    said = head(program)
    result = grader.grade(HandIn(program, said["chapter"], None))
    tasks = {task.id: set(task.names) for task in grader.kit(said["chapter"]).chapter.tasks}
    looked_at = [
        f for f in result.findings if tasks[f.task] and tasks[f.task] <= names_in(program) and f.kind != "accuracy"
    ]
    assert looked_at
    expected = set() if said["fails"] == "-" else set(said["fails"].split(", "))
    failed = {finding.check: finding.message.en for finding in looked_at if finding.status != "pass"}
    assert set(failed) == expected, failed
