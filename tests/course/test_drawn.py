"""What is drawn for one student follows from salt, id and purpose alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.drawn import MAX_SEED, drawn, seed_of, unguessable

SALT = "00112233445566778899aabbccddeeff"


def test_a_seed_is_the_same_everywhere_and_for_ever() -> None:
    assert seed_of(SALT, "s001", "lenet") == 928750347


@given(st.text(), st.text())
def test_seeds_are_such_as_paddle_and_numpy_take(student: str, chapter: str) -> None:
    assert 1 <= seed_of(SALT, student, chapter) <= MAX_SEED


def test_a_class_has_as_many_seeds_as_students_and_chapters() -> None:
    pairs = [(f"s{number:03}", chapter) for number in range(600) for chapter in ("lenet", "vgg")]
    assert len({seed_of(SALT, *pair) for pair in pairs}) == len(pairs)
    others = {seed_of(unguessable(), *pair) for pair in pairs}
    assert len({seed_of(SALT, *pair) for pair in pairs} & others) <= 2  # one by chance in each 1,500 runs


@pytest.mark.parametrize("written", ["S042", " s042", "ｓ０４２", "s-042"])
def test_the_same_id_in_another_writing_has_the_same_seed(written: str) -> None:
    assert seed_of(SALT, written, "lenet") == seed_of(SALT, "s042", "lenet")


def test_words_do_not_run_into_each_other() -> None:
    assert drawn(SALT, "ab", "c") != drawn(SALT, "a", "bc")
