"""Lines of a terminal: none is cut inside a word, none begins with a mark that belongs to what stands before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.cli.screen import columns_of, wrapped


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("    look at the loss, backward and step", ["    look at the loss,", "    backward and step"]),
        ("  网络的参数与应有的不同：检查损失。", ["  网络的参数与应有的", "  不同：检查损失。"]),
        ("    一二三四五六七八九。", ["    一二三四五六七八", "    九。"]),
        ("    一二三四五六七（注）", ["    一二三四五六七", "    （注）"]),
        ("short", ["short"]),
        ("", [""]),
        ("x" * 30, ["x" * 30]),
    ],
)
def test_a_line_is_wrapped_between_words_and_begins_as_deep_as_the_first(line: str, lines: list[str]) -> None:
    assert wrapped(line, 21) == lines


@given(st.text(alphabet="ab 中文，。（）:1", max_size=80), st.integers(min_value=10, max_value=40))
def test_wrapping_loses_nothing(line: str, columns: int) -> None:
    lines = wrapped(line, columns)
    assert "".join("".join(lines).split()) == "".join(line.split())
    assert all(columns_of(shown) <= columns or len(shown.split()) <= 1 for shown in lines)
