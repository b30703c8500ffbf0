"""Text from outside on one line of a terminal."""

from __future__ import annotations

import ast
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.cli.common import json_text
from autograder.untrusted.outside import MAX_MARKS, is_storable, one_line, storable

CLI = Path(__file__).parents[2] / "autograder" / "cli"
TEXTS = st.text(st.characters(), max_size=60)  # half surrogate pairs, too
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@given(TEXTS)
def test_one_line_is_one_line_of_characters_that_are_seen(text: str) -> None:
    shown = one_line(text)
    assert not [one for one in shown if unicodedata.category(one) in UNSEEN]
    assert shown.splitlines() in ([], [shown])
    assert one_line(shown) == shown
    shown.encode("utf-8")


def test_what_is_readable_stays() -> None:
    for text in ("张三 (2).ipynb", "Ünïcödé", "שלום", "❤", "[red]x[/red]"):
        assert one_line(text) == text
    assert one_line("a\x1b[31mb\nc: 100 of 100\u202ed") == "a�[31mb c: 100 of 100�d"


def test_marks_are_not_stacked() -> None:
    assert one_line("a" + "\u0301" * 50 + "b") == "a" + "\u0301" * MAX_MARKS + "�b"


@given(TEXTS)
def test_what_is_stored_is_storable(text: str) -> None:
    assert is_storable(storable(text))
    assert not is_storable(text) or storable(text) == text


@given(st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_json_says_the_same_and_moves_no_cursor(value: dict[str, str]) -> None:
    text = json_text(value)
    assert json.loads(text) == value
    assert not [one for one in text if not one.isprintable() and one != "\n"]


@pytest.mark.parametrize("path", sorted(CLI.glob("*.py")), ids=lambda path: path.name)
def test_verbs_print_by_say_alone(path: Path) -> None:
    """`print` would let a name or a message write to the terminal what it likes."""
    if path.name != "common.py":
        called = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        assert not [call.lineno for call in called if isinstance(call.func, ast.Name) and call.func.id == "print"]
