"""Whose a hand-in says that it is: ids in the notebook and the seed of the weights, compared with the class list."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from autograder.course.drawn import seed_of
from autograder.grading.render import text_of
from autograder.grading.whose import flagged
from autograder.submission import RawSubmission
from autograder.submission.said_id import MAX_IDS, ids_said, is_slip
from tests.checkin.samples import course
from tests.results import result

SALT = "ab" * 16
CLASS = ("2026001", "2026002", "2026010")


def notebook(*lines: str, left: str | None = None) -> bytes:
    metadata = {"autograder_student": left} if left else {}
    output = {"output_type": "display_data", "data": {}, "metadata": metadata}
    return json.dumps({"cells": [{"cell_type": "code", "source": "\n".join(lines), "outputs": [output]}]}).encode()


def flags(
    content: bytes, student: str = "2026001", seed: int | None = None, listed: tuple[str, ...] = CLASS
) -> list[str]:
    weights = save({"w": np.zeros(1, np.float32)}, {"seed": str(seed)}) if seed is not None else None
    raw = RawSubmission(Path("x"), "notebook", "x.ipynb", content, weights, "x.safetensors" if weights else None)
    of = course().model_copy(update={"salt": SALT})
    return [text_of(one).en for one in flagged(result(student=student, chapter="c1"), of, raw, listed).flags]


@pytest.mark.parametrize(
    "content", [notebook('own_id("")'), notebook("x = 1"), b"", b"\xff\x00", notebook('own_id("2026001")')]
)
def test_whoever_says_no_id_or_their_own_has_no_flag(content: bytes) -> None:
    assert flags(content) == []


def test_signs_case_and_width_do_not_matter() -> None:
    assert flags(notebook("own_id( 'Ｓ-042 ' )"), student="s042", listed=("s042",)) == []


@pytest.mark.parametrize("said", ["2026OO1", "202601", "20260001", "2062001", "2026007"])
def test_a_slip_is_told_as_mistyped(said: str) -> None:
    found = flags(notebook(f'own_id("{said}")'), listed=())
    assert (
        found == [] if said == "2026OO1" else f"says that it is {said}'s, not 2026001's: most likely a slip" in found[0]
    )


def test_two_slips_are_nobody_with_who_is_near() -> None:
    (found,) = flags(notebook('own_id("2026OO1")'))
    assert "2026OO1's, who is on no class list (near: " in found
    assert "2026001" in found.partition("near: ")[2].partition(")")[0]


def test_another_of_the_class_is_named_by_cell_and_by_output() -> None:
    for content in (notebook('own_id("2026010")'), notebook("x", left="2026010"), b"own_id('2026010')\n"):
        assert flags(content) == [
            "The notebook says that it is 2026010's, while 2026001 handed it in. Points stay as they are; look at the hand-ins of "
            "both and talk to them."
        ]
    assert len(flags(notebook('own_id("2026010")', left="2026010"))) == 1


def test_a_seed_of_a_mistyped_id_is_found() -> None:
    assert "the seed of the id 2026011, not 2026001" in flags(b"", seed=seed_of(SALT, "2026011", "c1"))[0]
    assert flags(b"", seed=seed_of(SALT, "2026001", "c1")) == []
    assert flags(b"", seed=1) == []  # the common one
    assert "seed of 2026002" in flags(b"", seed=seed_of(SALT, "2026002", "c1"))[0]


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(content: bytes) -> None:
    assert len(ids_said(content + b'own_id("a")' * 3)) >= 1 or b"own_id" in content
    assert len(ids_said(b"".join(b'own_id("a%d")' % n for n in range(99)))) == MAX_IDS


def test_a_slip_is_one_character() -> None:
    assert is_slip("s04", "s042")
    assert is_slip("s0422", "s042")
    assert is_slip("s024", "s042")
    assert is_slip("s04l", "s042")
    assert not is_slip("s043x", "s042")
