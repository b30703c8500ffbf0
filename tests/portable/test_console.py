"""Consoles that cannot show every character."""

from __future__ import annotations

import codecs
import io
import sys

import pytest

from autograder.checkin.wording import MARKS
from autograder.portable.console import HANDLER, shown_instead, shown_language


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252"])
def test_the_marks_of_weeks_are_told_apart_on_a_poor_console(encoding: str) -> None:
    codecs.register_error(HANDLER, shown_instead)
    shown = {mark.encode(encoding, HANDLER) for mark in MARKS.values()}
    assert len(shown) == len(MARKS)
    assert b"?" not in shown


@pytest.mark.parametrize(("encoding", "speaks"), [("utf-8", "zh"), ("gbk", "zh"), ("cp1252", "en"), ("ascii", "en")])
def test_a_console_without_chinese_characters_is_spoken_to_in_english(
    monkeypatch: pytest.MonkeyPatch, encoding: str, speaks: str
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert (shown_language("zh"), shown_language("en")) == (speaks, "en")


def test_what_has_no_encoding_shows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert shown_language("zh") == "zh"
