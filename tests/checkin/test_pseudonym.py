"""Pseudonyms that cannot be read, or be taken for somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.pseudonym import PseudonymError, checked_pseudonym, look_of
from autograder.checkin.service import join_board
from autograder.store.database import Database
from autograder.store.records import Student
from autograder.store.roster import change_class_list

NOW = datetime(2026, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna", "аnnа"),  # Cyrillic
        ("Il1|", "llll"),
        ("O0o", "ooo"),
        ("modern", "modem"),
        ("Lily", "1iIy"),
        ("paypal", "рауⲣаl"),
        ("zhang san", "ZHANG  SAN"),
        ("𝐀nna", "anna"),
        ("ﬁsh", "fish"),
    ],
)
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert look_of(one) == look_of(other)


def test_what_looks_different_is_different() -> None:
    assert len({look_of(name) for name in ("张三", "张叁", "anna", "hanna", "naïve", "naive", "王五", "玉五")}) == 8


@given(st.text(max_size=30))
def test_the_look_of_anything_is_had(text: str) -> None:
    assert look_of(text) == look_of(text.casefold()) or text.casefold() != text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "\u3164\u3164",
        "\u2800\u2800\u2800",
        "a\u200bb",
        "a\u034fb",
        "a\u202eb",
        "a" + "\u0301" * 9 + "b",
        "\u0301ab",
    ],
)
def test_blank_and_stacked_ones_are_refused(text: str) -> None:
    with pytest.raises(PseudonymError):
        checked_pseudonym(text, "s001")


def test_nobody_is_called_as_another_student_is(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'g.db'}") as database:
        with database.writing() as connection:
            change_class_list(connection, [Student("s001", "Anna Li"), Student("s002", "王五")], NOW, "ta")
        for taken in ("s001", "Аnna Li", "anna 1i", "S00l"):
            with pytest.raises(PseudonymError):
                join_board(database, "s002", taken, NOW)
        assert join_board(database, "s002", "Owl", NOW)
        assert join_board(database, "s002", "Owl", NOW)
        assert not join_board(database, "s001", "0w1", NOW)
