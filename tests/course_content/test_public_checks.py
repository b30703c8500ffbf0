"""What students can see for themselves: their own checks show nearly every known mistake, on inputs that are never graded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.authoring.kills import unseen
from autograder.checks import Accuracy, Initial, OutputShape, Parameters
from autograder.checks.suite import read_kit
from autograder.course import load_course

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.id for entry in load_course(ROOT).chapters]
SIZES_ALONE = (Accuracy, Initial, OutputShape, Parameters)  # their answers follow from the text: nothing to look up


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_fewer_than_a_tenth_of_the_known_mistakes_pass_all_public_checks(chapter: str) -> None:
    suite = read_kit(ROOT / "solutions" / chapter / "hidden.json")
    assert suite.mistakes
    assert len(unseen(ROOT, suite)) < 0.1 * len(suite.mistakes)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_students_are_asked_is_never_what_is_graded(chapter: str) -> None:
    graded = read_kit(ROOT / "solutions" / chapter / "hidden.json").checks
    shipped = read_kit(ROOT / "assignments" / chapter / "checks.json").checks
    asked = [name for name, check in shipped.items() if not isinstance(check, SIZES_ALONE)]
    assert asked
    assert [name for name in asked if shipped[name] == graded[name]] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_notebook_announces_what_stays_hidden(chapter: str) -> None:
    notebook = json.loads((ROOT / "assignments" / chapter / f"{chapter}.ipynb").read_text("utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"]]
    for task in read_kit(ROOT / "solutions" / chapter / "hidden.json").chapter.tasks:
        hidden = [entry for entry in task.checks if entry.hidden]
        if hidden:
            before = cells[cells.index(f'check("{task.id}")') - 1]
            assert f"隐藏检查（{sum(entry.points for entry in hidden):g} 分）" in before
            assert all(entry.hint is None or entry.hint.zh in before for entry in hidden)
