"""Errors in the student's words: place, type and cause, nothing of Paddle's C++, one language at a time."""

from __future__ import annotations

import re
from typing import Any

import pytest

from autograder.checks import raised
from autograder.checks.raised import Called, told
from autograder.text import Message

NETWORK = Called("LeNet(num_classes=10)", "LeNet", ("num_classes",))
HERE = ["lenet.ipynb, cell 3", 5, "x = self.fc1(x)"]


def error(kind: str, message: str, where: list[Any] | None = HERE, **more: Any) -> dict[str, Any]:
    return {"type": kind, "message": message, **({"where": where} if where else {}), **more}


def test_a_layer_that_gets_another_size_is_named_with_cell_and_line() -> None:
    note = {"kind": "misfit", "layer": "fc1", "of": "Linear", "got": [1, 120], "expects": 1920}
    said = told(error("ValueError", "(InvalidArgument) …", note=note), NETWORK)
    assert said.en == (
        "LeNet(num_classes=10) raised ValueError at cell 3, line 5, `x = self.fc1(x)`: `fc1` gets [1, 120], expects 1920."
    )
    assert said.zh == (
        "LeNet(num_classes=10) 在第 3 个单元第 5 行 `x = self.fc1(x)` 处抛出 ValueError：`fc1` 得到 [1, 120]，需要 1920。"
    )


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (error("NotImplementedError", ""), "This part is not written yet."),
        (
            error("NotImplementedError", "", note={"kind": "unfinished", "written": True}),
            "is still there at cell 3, line 5",
        ),
        (error("Slip", "", None, note={"kind": "misspelt", "class": "LeNet", "found": "_init_"}), "_init_ in LeNet"),
        (
            error("NotImplementedError", "", None, note={"kind": "no_forward", "class": "LeNet"}),
            "has no method forward:",
        ),
        (
            error("Slip", "", None, note={"kind": "returned", "what": "NoneType", "count": None}),
            "a return statement is missing",
        ),
        (error("Slip", "", None, note={"kind": "returned", "what": "dict", "count": 3}), "a dict of 3;"),
        (error("ModuleNotFoundError", "No module named 'paddle.fluid'"), "removed in 2.5"),
        (error("AttributeError", "module 'paddle' has no attribute 'fluid'"), "removed in 2.5"),
        (error("ModuleNotFoundError", "No module named 'pandas'"), "pandas is imported at cell 3, line 5, but this"),
        (error("ModuleNotFoundError", "No module named 'my_net'"), "If it is a file of your own"),
        (
            error("TypeError", "LeNet.__init__() takes 1 positional argument but 2 were given", None),
            "must accept num_cl",
        ),
        (
            error("TypeError", "'list' object is not callable", ["a.py", 3, "for x, y in loader():"]),
            "loader is called at",
        ),
        (error("TypeError", "object of type 'generator' has no len()"), "len(loader) is used at cell 3"),
        (error("KeyError", "'a'"), "raised KeyError at cell 3, line 5"),
    ],
)
def test_each_kind_has_a_sentence_of_its_own(given: dict[str, Any], part: str) -> None:
    said = told(given, NETWORK)
    assert part in said.en
    assert re.search("[\u4e00-\u9fff]", said.zh)
    assert not re.search("[\u4e00-\u9fff]", said.en)


@pytest.mark.parametrize(
    "note",
    [
        {"kind": "misfit"},
        {"kind": "misfit", "expects": "x"},
        {"kind": "join", "axis": 1},
        {"kind": []},
        {},
        {"kind": "new"},
        7,
    ],
)
def test_a_note_that_is_no_note_is_left_out(note: Any) -> None:
    assert "KeyError" in told(error("KeyError", "'a'", note=note)).en


@pytest.mark.parametrize(
    "message",
    [
        "(InvalidArgument) The axis is expected to be in range of [-4, 4), but got 7. "
        + "And so on without an end. " * 40,
        "x" * 5000,
        "one\ntwo\nthree",
    ],
)
def test_a_long_message_ends_with_a_sentence_or_a_mark(message: str) -> None:
    said = raised.first_part(message)
    assert len(said) < 200
    assert "\n" not in said
    assert "InvalidArgument" not in said
    assert said == message.partition("\n")[0] or said.endswith("…")


def test_every_sentence_stands_in_both_languages_with_the_same_places() -> None:
    for message in vars(raised).values():
        if isinstance(message, Message):
            places = [set(re.findall(r"\{(\w+)\}", text)) for text in (message.zh, message.en)]
            assert places[0] == places[1], message.key
