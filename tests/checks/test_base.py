"""Comparing observations."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.base import (
    MAX_NUMBERS,
    MAX_SKETCHED,
    SKETCH,
    Check,
    agrees,
    number,
    numbers,
    observe,
    sketch,
    smooth_images,
)
from autograder.checks.raised import told
from autograder.sandbox.session import value_of


class Doubled(Check):
    """An own type that takes the output of every answer, also of one that raised."""

    type: Literal["doubled"] = "doubled"
    kind: ClassVar[str] = "behaviour"

    def ask(self, session: Any) -> Any:
        return numbers(session.ask("forward", target="network", images=np.ones((1, 2)))["output"])


class Told:
    """A session of which the student's `forward` raises."""

    def ask(self, operation: str, **_: Any) -> Any:
        frame = {"file": "answer.py", "line": 12, "text": "return x @ self.w"}
        error = {"type": "ValueError", "bases": ["ValueError"], "message": "shapes differ", "frames": [frame]}
        return value_of({"value": {"error": error}} if operation == "forward" else {"value": None})


def test_a_check_that_reads_the_output_of_an_answer_that_raised_shows_the_answers_error() -> None:
    unreadable: list[Exception] = []
    seen = observe(Doubled(), Told(), unreadable.append)
    assert unreadable == []
    assert seen.keys() == {"raised"}
    assert (seen["raised"]["type"], seen["raised"]["message"]) == ("ValueError", "shapes differ")
    said = told(seen["raised"])
    assert "ValueError" in said.en
    assert "12" in said.en
    assert "return x @ self.w" in said.en


FLOATS = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(FLOATS, min_size=1, max_size=20))
def test_values_agree_with_themselves(values: list[float]) -> None:
    assert agrees({"a": [values, 1]}, {"a": [values, 1]}, 1e-6)


def test_the_tolerance_is_relative_to_the_largest_value() -> None:
    assert agrees([100.0, 0.05], [100.0, 0.0], 1e-3)
    assert not agrees([100.0, 0.2], [100.0, 0.0], 1e-3)


def test_nothing_that_is_not_finite_agrees_with_a_number() -> None:
    assert not agrees(numbers([float("nan")]), [1.0], 1e9)
    assert not agrees([float("inf")], [1.0], 1e-3)


def test_structure_and_kind_must_be_the_same() -> None:
    assert not agrees([1.0], [1.0, 2.0], 1.0)
    assert not agrees({"a": 1}, {"b": 1}, 1.0)
    assert not agrees("1.0", 1.0, 1.0)
    assert not agrees(1, True, 1.0)


def test_a_sketch_tells_large_arrays_apart() -> None:
    array = np.random.default_rng(0).standard_normal((3, 50))
    other = array.copy()
    other[1, 7] += 0.5
    assert agrees(sketch(array), sketch(array + 1e-7), 1e-3)
    assert not agrees(sketch(array), sketch(other), 1e-3)


def test_results_that_are_no_number_are_named() -> None:
    assert number(np.float32(2)) == 2.0
    assert number(np.ones((1, 1))) == 1.0
    assert number(None) == "type NoneType"
    assert number(np.ones(3)) == "shape [3]"


def test_probe_images_are_seeded_smooth_and_differ_from_each_other() -> None:
    images = smooth_images(5, (2, 3, 64, 64))
    assert np.array_equal(images, smooth_images(5, (2, 3, 64, 64)))
    assert np.abs(images).max() <= 1
    assert np.abs(np.diff(images, axis=3)).max() < 0.7
    assert np.abs(images[0] - images[1]).mean() > 0.1


def test_of_a_huge_answer_only_a_part_is_read() -> None:
    huge = np.ones(MAX_SKETCHED + 1, np.float32)
    assert numbers(huge) == [1.0] * MAX_NUMBERS + [1e300]
    assert sketch(huge) == {"shape": [MAX_SKETCHED + 1], "values": [1e300]}
    assert len(sketch(huge[1:])["values"]) == SKETCH
    assert numbers(huge[:MAX_NUMBERS]) == [1.0] * MAX_NUMBERS
