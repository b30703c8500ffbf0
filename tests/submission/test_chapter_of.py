"""An answer in the wrong folder is told by its cells and names; what chapters share tells nothing."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from autograder.submission.chapter_of import names_in, other_chapter, signs_in, signs_of

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.parent.name for path in ROOT.glob("assignments/*/*.ipynb"))
RELEASED = {name: json.loads((ROOT / f"assignments/{name}/{name}.ipynb").read_text("utf-8")) for name in CHAPTERS}
SIGNS = [signs_of(name, notebook) for name, notebook in RELEASED.items()]


@pytest.mark.parametrize(("about", "into"), list(product(CHAPTERS, CHAPTERS)))
def test_every_released_notebook_is_known_in_every_folder(about: str, into: str) -> None:
    cells, names = signs_in(RELEASED[about])
    assert other_chapter(cells, names, f"{into}.ipynb", into, SIGNS) == (None if about == into else about)


@pytest.mark.parametrize(("about", "into"), list(product(CHAPTERS, CHAPTERS)))
def test_so_are_scripts_where_the_names_tell(about: str, into: str) -> None:
    names = names_in((ROOT / f"solutions/{about}/{about}.py").read_text("utf-8"))
    shared = {"lenet", "lenet_palm"}
    expected = {None, about} if {about, into} == shared else {None if about == into else about}
    assert other_chapter((), names, f"{into}.py", into, SIGNS) in expected


def test_a_file_without_any_sign_is_judged_by_its_name_alone() -> None:
    assert other_chapter((), {"mine"}, "reader.ipynb", "lenet", SIGNS) == "reader"
    assert other_chapter((), {"mine"}, "homework.ipynb", "lenet", SIGNS) is None
    assert other_chapter((), {"LeNet"}, "reader.ipynb", "lenet", SIGNS) is None


def test_one_pasted_function_or_a_lost_cell_makes_no_other_chapter() -> None:
    cells, names = signs_in(RELEASED["lenet"])
    assert other_chapter(cells - {"why_flatten"}, names | {"augment", "AlexNet"}, "x.ipynb", "lenet", SIGNS) is None
    assert other_chapter((), {"augment"}, "x.py", "lenet", SIGNS) is None


def test_cells_of_any_form_are_looked_at() -> None:
    notebook = {"cells": [7, {"source": ["def f():\n", " pass"], "metadata": {"nbgrader": {}}}, {"metadata": []}]}
    assert signs_in(notebook) == ({"None"}, {"f"})
