from __future__ import annotations

import copy
import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission import Repaired, repair

from .released import GRADED, cell, grading, release

ANSWER = "class LeNet(nn.Layer):\n    answer = 1"


def answered() -> dict[str, Any]:
    notebook = release()
    notebook["cells"][2]["source"] = ANSWER
    notebook["cells"][5]["source"] = "because"
    return notebook


def ids(repaired: Repaired) -> list[str]:
    return [cell["id"] for cell in repaired.notebook["cells"]]


def source(repaired: Repaired, cell_id: str) -> str:
    (found,) = [cell for cell in repaired.notebook["cells"] if cell["id"] == cell_id]
    return str(found["source"])


def check(repaired: Repaired) -> None:
    nbformat.validate(nbformat.from_dict(repaired.notebook))  # type: ignore[no-untyped-call]
    json.dumps(repaired.notebook, ensure_ascii=False).encode()
    assert [found for found in ids(repaired) if found in GRADED] == list(GRADED)
    assert len(set(ids(repaired))) == len(ids(repaired))
    expected = {cell["id"]: cell["metadata"] for cell in release()["cells"]}
    for found in repaired.notebook["cells"]:
        assert found["metadata"] == expected.get(found["id"], {})
        assert found.get("outputs", []) == []
        assert found.get("execution_count") is None


def said(repaired: Repaired) -> str:
    return "\n".join(text.en for text in repaired.repairs)


def test_an_honest_notebook_needs_no_repair_and_loses_its_outputs() -> None:
    notebook = answered()
    notebook["cells"][2] |= {
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
        "execution_count": 7,
    }
    repaired = repair(notebook, release())
    check(repaired)
    assert repaired.repairs == ()
    assert source(repaired, "lenet") == ANSWER
    assert source(repaired, "why") == "because"


def test_a_source_saved_as_lines_is_normal() -> None:
    notebook = answered()
    notebook["cells"][2]["source"] = ANSWER.splitlines(keepends=True)
    repaired = repair(notebook, release())
    assert source(repaired, "lenet") == ANSWER
    assert repaired.repairs == ()


def test_the_first_copy_of_an_answer_counts() -> None:
    notebook = answered()
    again = copy.deepcopy(notebook["cells"][2]) | {"id": "copy", "source": "class LeNet: pass"}
    notebook["cells"].append(again)
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet") == ANSWER
    assert "copy" not in ids(repaired)
    assert "Cell 7 is a copy of lenet" in said(repaired)


def test_a_deleted_cell_comes_back() -> None:
    notebook = answered()
    del notebook["cells"][3]
    repaired = repair(notebook, release())
    check(repaired)
    assert "lenet-check had been deleted" in said(repaired)


def test_moved_cells_go_back() -> None:
    notebook = answered()
    notebook["cells"].reverse()
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet") == ANSWER
    assert "moved" in said(repaired)


def test_an_emptied_answer_gets_the_released_text() -> None:
    notebook = answered()
    notebook["cells"][2]["source"] = "  \n"
    repaired = repair(notebook, release())
    assert "TODO" in source(repaired, "lenet")
    assert "lenet was empty" in said(repaired)


@pytest.mark.parametrize("emptied", [True, False], ids=["emptied", "deleted"])
@pytest.mark.parametrize("place", [0, 2], ids=["first", "later"])
def test_a_stub_does_not_hide_an_answer_in_another_cell(emptied: bool, place: int) -> None:
    notebook = answered()
    if emptied:
        notebook["cells"][2]["source"] = ""
    else:
        del notebook["cells"][2]
    notebook["cells"].insert(place, cell("code", "mine", ANSWER))
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet") == ""
    assert source(repaired, "mine") == ANSWER
    assert ("lenet had been deleted; what you define in another cell is graded" in said(repaired)) is not emptied
    assert "released text" not in said(repaired)


def test_a_copy_that_is_left_out_is_no_answer_elsewhere() -> None:
    notebook = answered()
    notebook["cells"].insert(3, {**notebook["cells"][2], "id": "copy"})
    notebook["cells"][2]["source"] = ""
    repaired = repair(notebook, release())
    assert "TODO" in source(repaired, "lenet")


def test_an_edited_locked_cell_is_restored() -> None:
    notebook = answered()
    notebook["cells"][3]["source"] = "5.0"
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet-check") == 'check("lenet")'
    assert "locked cell lenet-check had been edited" in said(repaired)


def test_trailing_space_in_a_locked_cell_is_no_edit() -> None:
    notebook = answered()
    notebook["cells"][1]["source"] += "  \n"
    assert repair(notebook, release()).repairs == ()


def test_a_free_cell_keeps_what_the_student_wrote() -> None:
    notebook = answered()
    notebook["cells"][4]["source"] = "EPOCHS = 10"
    repaired = repair(notebook, release())
    assert source(repaired, "train") == "EPOCHS = 10"
    assert repaired.repairs == ()


def test_added_cells_stay_where_they_are_and_are_listed() -> None:
    notebook = answered()
    notebook["cells"].insert(0, cell("code", "first", "import os"))
    notebook["cells"].insert(3, cell("code", "helper", "def helper(): ..."))
    repaired = repair(notebook, release())
    check(repaired)
    assert ids(repaired) == ["first", "intro", "imports", "helper", *GRADED[2:]]
    assert "added were kept: 1, 4" in said(repaired)


def test_a_stub_put_back_never_hides_the_students_own_definition() -> None:
    repaired = repair({"nbformat": 4, "cells": [cell("code", "mine", ANSWER)]}, release())
    check(repaired)
    assert ids(repaired) == [*GRADED, "mine"]


@pytest.mark.parametrize(
    ("key", "value"), [("points", 500), ("grade", False), ("locked", False), ("solution", True), ("task", True)]
)
def test_forged_grading_metadata_is_replaced(key: str, value: object) -> None:
    notebook = answered()
    notebook["cells"][3]["metadata"]["nbgrader"][key] = value
    repaired = repair(notebook, release())
    check(repaired)
    assert f"lenet-check had been changed ({key})" in said(repaired)


def test_a_forged_grade_id_is_undone_by_the_cell_id() -> None:
    notebook = answered()
    notebook["cells"][2]["metadata"]["nbgrader"]["grade_id"] = "elsewhere"
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet") == ANSWER
    assert "(grade_id)" in said(repaired)


def test_lost_metadata_comes_back_by_the_cell_id() -> None:
    notebook = answered()
    notebook["cells"][2]["metadata"] = {}
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet") == ANSWER
    assert "lost" in said(repaired)


def test_an_own_cell_that_claims_points_loses_the_claim() -> None:
    notebook = answered()
    notebook["cells"].append(cell("code", "mine", "100.0", grading("mine", grade=True, points=100)))
    repaired = repair(notebook, release())
    check(repaired)
    assert "was marked as a graded cell" in said(repaired)


def test_an_answer_turned_into_markdown_is_code_again() -> None:
    notebook = answered()
    notebook["cells"][2] = {k: v for k, v in notebook["cells"][2].items() if k not in ("outputs", "execution_count")}
    notebook["cells"][2]["cell_type"] = "markdown"
    repaired = repair(notebook, release())
    check(repaired)
    assert source(repaired, "lenet") == ANSWER
    assert "was set back to code" in said(repaired)


@pytest.mark.parametrize(
    ("metadata", "kept"),
    [
        ({"autograder": {"language": "en", "chapter": "evil"}}, "en"),
        ({"autograder": {"language": "<script>"}}, "zh"),
        ({"autograder": {"language": ["en"]}}, "zh"),
        ({"autograder": "en"}, "zh"),
        ([], "zh"),
        ({}, "zh"),
    ],
)
def test_the_language_of_the_notebook_is_kept_and_nothing_else_of_its_metadata(metadata: object, kept: str) -> None:
    released = release()
    released["metadata"]["autograder"] = {"language": "zh", "chapter": "tiny"}
    expected = {**released["metadata"], "autograder": {"language": kept, "chapter": "tiny"}}
    assert repair(answered() | {"metadata": metadata}, released).notebook["metadata"] == expected
    assert released["metadata"]["autograder"]["language"] == "zh"


def test_a_forged_kernel_is_not_taken_over() -> None:
    notebook = answered() | {"metadata": {"kernelspec": {"name": "evil", "display_name": "x"}}}
    assert repair(notebook, release()).notebook["metadata"] == release()["metadata"]


def test_a_pasted_picture_in_a_written_answer_is_kept() -> None:
    notebook = answered()
    notebook["cells"][5]["attachments"] = {"a.png": {"image/png": "aGk="}, "bad": 3}
    repaired = repair(notebook, release())
    check(repaired)
    assert repaired.notebook["cells"][5]["attachments"] == {"a.png": {"image/png": "aGk="}}


def test_a_lone_surrogate_is_made_writable() -> None:
    notebook = answered()
    notebook["cells"][2]["source"] = "x = '\ud800'"
    repaired = repair(notebook, release())
    check(repaired)
    assert "broken" in said(repaired)


@pytest.mark.parametrize("notebook", [None, [], 3, {}, {"cells": None}, {"cells": [None, 1, "x", [], {}]}])
def test_what_is_no_notebook_becomes_the_released_one(notebook: object) -> None:
    repaired = repair(notebook, release())
    check(repaired)
    assert repaired.repairs


def test_a_million_repairs_are_not_listed() -> None:
    notebook = release()
    notebook["cells"] += [copy.deepcopy(notebook["cells"][2]) for _ in range(500)]
    repaired = repair(notebook, release())
    check(repaired)
    assert len(repaired.repairs) == 101


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["cell_type", "id", "source", "metadata", "outputs", "execution_count", "attachments", "x"])
VALUES = JSON | st.sampled_from(["code", "markdown", "raw", *GRADED, "\ud800", ANSWER])
GRADING = st.dictionaries(
    st.sampled_from(["grade_id", "grade", "locked", "points", "solution", "task"]), VALUES, max_size=6
)


@st.composite
def mangled(draw: st.DrawFn) -> Any:
    notebook = answered()
    cells = notebook["cells"]
    for _ in range(draw(st.integers(0, 8))):
        place = draw(st.integers(0, len(cells)))
        change = draw(st.sampled_from(["delete", "copy", "replace", "key", "drop", "grading", "shuffle"]))
        if change == "replace":
            cells.insert(place, draw(VALUES | st.dictionaries(KEYS, VALUES, max_size=5)))
        elif change == "shuffle":
            cells[:] = draw(st.permutations(cells))
        elif place < len(cells):
            chosen = cells[place]
            if change == "delete":
                del cells[place]
            elif change == "copy":
                cells.append(copy.deepcopy(chosen))
            elif isinstance(chosen, dict) and change == "key":
                chosen[draw(KEYS)] = draw(VALUES)
            elif isinstance(chosen, dict) and change == "drop":
                chosen.pop(draw(KEYS), None)
            elif isinstance(chosen, dict):
                chosen["metadata"] = {"nbgrader": draw(GRADING | JSON)}
    return notebook


@given(mangled() | JSON)
def test_any_notebook_becomes_valid_with_every_released_cell_in_order(notebook: Any) -> None:
    check(repair(notebook, release()))


@given(mangled())
def test_a_repaired_notebook_needs_no_second_repair(notebook: Any) -> None:
    once = repair(notebook, release())
    twice = repair(once.notebook, release())
    assert twice.notebook == once.notebook
    assert all("added" in text.en for text in twice.repairs)
