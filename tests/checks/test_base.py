"""Comparing observations."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.base import (
    MAX_NUMBERS,
    MAX_SKETCHED,
    SKETCH,
    agrees,
    number,
    numbers,
    sketch,
    smooth_images,
)

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
