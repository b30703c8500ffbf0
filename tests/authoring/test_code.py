"""Mistakes in a chapter's code are told with their line, before a file is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from autograder.authoring.code import check_code, missing_modules, parsed
from autograder.authoring.init import new_course
from autograder.authoring.notebooks import write_chapter
from autograder.authoring.record import solution_fails
from autograder.course import load_chapter
from autograder.errors import AuthoringError

CHAPTER = "first_function"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("course") / "own"
    new_course(place, "plain", ("en", "zh"), date(2026, 9, 9))
    return place


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("np.exp(shifted)", "np.exp(shifted", "'(' was never closed (weights = np.exp(shifted)"),
        ("import numpy as np", "import seaborn_x.plots", "there is no module 'seaborn_x' here"),
        ("    weights =", "    from scipy_x import exp\n    weights =", "there is no module 'scipy_x' here"),
        ("def first_function", "def first_functions", "asks for 'first_function' in task 'probabilities'"),
    ],
)
def test_a_mistake_in_the_notebook_is_told_with_its_line(course: Path, old: str, new: str, said: str) -> None:
    file = course / "source" / CHAPTER / "notebook.py"
    right = file.read_text("utf-8")
    before = sorted(course.rglob("*"))
    file.write_text(right.replace(old, new, 1), "utf-8")
    line = next(number for number, text in enumerate(right.splitlines(), 1) if old in text)
    try:
        with pytest.raises(AuthoringError) as caught:
            write_chapter(course, load_chapter(course / "source" / CHAPTER), "en")
    finally:
        file.write_text(right, "utf-8")
    message = str(caught.value)
    assert said in message
    assert f"source/{CHAPTER}/notebook.py" in message
    assert f":{line}: " in message or "did you mean 'first_functions'?" in message
    assert sorted(course.rglob("*")) == before


def test_what_may_be_missing_and_lines_for_ipython_are_no_mistakes(course: Path) -> None:
    source = (
        "%matplotlib inline\n!pip list\ntry:\n    import colab_x\nexcept ImportError:\n    pass\nfrom . import near\n"
    )
    assert list(missing_modules(parsed(source, "notebook.py"))) == []
    check_code(source, "def first_function(scores):\n    return scores\n", load_chapter(course / "source" / CHAPTER))


def test_a_check_of_a_name_that_is_not_there_is_named() -> None:
    raised = {"raised": {"type": "KeyError", "message": "'scond'", "where": ("", 0, "")}}
    said = solution_fails("words", "words.count", raised, [], "", "scond")
    assert said.en == "words: the check words.count asks for 'scond', which the solution does not define"
    assert "KeyError" in solution_fails("words", "words.count", raised, [], "", "second").en


def test_a_solution_that_refuses_is_told_which_check_asks_for_that() -> None:
    raised = {
        "raised": {"type": "ValueError", "message": "too long", "where": ("a.py", 3, 'raise ValueError("too long")')}
    }
    said = solution_fails("words", "words.count", raised, [], "", "count")
    assert said.en.endswith('ask with `refuses("ValueError", …)`')
