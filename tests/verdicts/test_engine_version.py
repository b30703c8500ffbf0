"""Who changes a verdict and forgets the version of the engine is told."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from autograder.course import load_course
from autograder.grading.classroom import Grader
from autograder.identity import ENGINE_VERSION
from autograder.sandbox.box import Box, limits_of

from .engine_version import FILE, ROOT, complaint, verdicts

KEPT = json.loads(FILE.read_text("utf-8"))


@pytest.mark.slow
def test_the_version_of_the_engine_is_that_of_its_verdicts(shared_box: Box) -> None:
    course = load_course(ROOT)
    grader = Grader(ROOT, course, replace(shared_box, limits=limits_of(course)))
    assert complaint(KEPT, verdicts(grader), ENGINE_VERSION) == ""


def test_a_changed_verdict_without_a_new_version_is_named() -> None:
    assert len(KEPT["verdicts"]) >= 20
    now = copy.deepcopy(KEPT["verdicts"])
    name, check = next((name, check) for name, checks in now.items() for check in checks)
    now[name][check] = ["timeout", 0.0]
    said = complaint(KEPT, now, KEPT["version"])
    assert "ENGINE_VERSION is still" in said
    assert f"{name} {check}" in said
    assert "written down for other answers" in complaint(KEPT, now, KEPT["version"] + 1)
    assert complaint(KEPT, KEPT["verdicts"], KEPT["version"]) == ""
