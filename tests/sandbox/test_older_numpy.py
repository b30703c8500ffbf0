"""Answers written for NumPy 1 find its names in the box, and nobody else does."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.sandbox.child import on_python
from autograder.sandbox.child.older_numpy import NAMES, put_back
from autograder.submission.elsewhere import OLDER_NUMPY

STILL_THERE = {"bool", "long", "row_stack"}  # in NumPy 2, so no answer is told of them


def test_the_note_on_an_answer_names_what_is_put_back() -> None:
    assert set(OLDER_NUMPY) == NAMES.keys() - STILL_THERE


def test_names_are_there_for_as_long_as_an_answer_runs() -> None:
    before = set(vars(np))
    with on_python.adapted():
        assert all(hasattr(np, name) for name in NAMES)
    assert set(vars(np)) == before


def test_what_numpy_has_itself_stays() -> None:
    own = {name: vars(np)[name] for name in NAMES if name in vars(np)}
    assert "bool" in own
    undo = put_back()
    try:
        assert {name: vars(np)[name] for name in own} == own
    finally:
        undo()
    assert {name: vars(np)[name] for name in own} == own


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("np.trapz([0.0, 1.0, 1.0], [0.0, 0.5, 1.0])", 0.75),
        ("np.in1d([[1, 2], [3, 4]], [2, 4]).tolist()", [False, True, False, True]),
        ("np.in1d([1, 2], [2], invert=True).tolist()", [True, False]),
        ("np.product([2, 3, 4])", 24),
        ("np.zeros(2, np.float).dtype.name", "float64"),
        ("np.array([1.7]).astype(np.int).tolist()", [1]),
        ("np.asfarray([1, 2]).dtype.name", "float64"),
        ("np.asfarray([1, 2], np.float32).dtype.name", "float32"),
        ("np.asscalar(np.ones(1))", 1.0),
        ("np.msort(np.array([[3, 1], [2, 5]])).tolist()", [[2, 1], [3, 5]]),
        ("-np.NINF == np.Inf == np.infty", True),
        ("np.alltrue([True, True]), np.sometrue([False])", (True, False)),
    ],
)
def test_each_means_what_it_meant(expression: str, value: object) -> None:
    with on_python.adapted():
        assert eval(expression, {"np": np}) == value
