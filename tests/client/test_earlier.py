"""A later notebook takes what was written in an earlier one, and says so where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder import own_answers

ANSWER = "import math\n\ndef twice(x):\n    return math.floor(2 * x)\n"
TRAINING = "raise SystemExit('a training cell was run')"


def put(folder: Path, *cells: str) -> None:
    """Write the notebook of a chapter `first`, and go to the folder of the chapter after it."""
    (folder / "first").mkdir()
    (folder / "second").mkdir()
    code = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    notebook = {"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "first" / "first.ipynb").write_text(json.dumps(notebook), "utf-8")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_LANG", "en")


def test_an_answer_is_taken_with_what_it_needs_and_nothing_else_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, ANSWER, TRAINING)
    monkeypatch.chdir(tmp_path / "second")
    assert own_answers("first", "twice").twice(2.5) == 5
    assert capsys.readouterr().out == "Used: twice, as you wrote them in first.ipynb.\n"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("def other():\n    pass", "twice: first.ipynb does not have it"),
        ("def twice(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()", "twice: it is not written yet in first.ipynb"),
        ("def twice(x, y=1 / 0):\n    return x", "twice: the code in first.ipynb does not run (ZeroDivisionError"),
        ("def twice(x:", "twice: first.ipynb does not have it"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_had_is_none_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cell: str, said: str
) -> None:
    put(tmp_path, cell)
    monkeypatch.chdir(tmp_path / "second")
    assert own_answers("first", "twice").twice is None
    printed = capsys.readouterr().out
    assert printed.startswith(said)
    assert printed.endswith("the course's own is used here.\n")


def test_one_missing_answer_does_not_take_the_others_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, ANSWER)
    monkeypatch.chdir(tmp_path / "second")
    found = own_answers("first", "twice", "thrice")
    assert found.twice(1) == 2
    assert found.thrice is None
    assert capsys.readouterr().out.count("\n") == 2


def test_without_the_notebook_everything_is_the_course_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert own_answers("first", "twice", language="zh").twice is None
    assert "没有找到 first 的笔记本" in capsys.readouterr().out


def test_a_script_is_as_good_as_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "first" / "first.py").write_text(ANSWER, "utf-8")
    monkeypatch.chdir(tmp_path / "second")
    assert own_answers("first", "twice").twice(3) == 6
