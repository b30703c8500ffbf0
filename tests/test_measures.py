"""Accuracy, AUC and confusion tables against their definitions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.measures import accuracy_of, auc, confusion, half_interval, predictions

scored = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1)), min_size=1, max_size=40)


def by_pairs(scores: list[int], labels: list[int]) -> float | None:
    """The definition: over all pairs of a positive and a negative, 1 where it scores above, 1/2 where they tie."""
    ones = [s for s, label in zip(scores, labels, strict=True) if label]
    zeros = [s for s, label in zip(scores, labels, strict=True) if not label]
    if not ones or not zeros:
        return None
    points = sum(Fraction((a > b) * 2 + (a == b), 2) for a in ones for b in zeros)
    return float(points / (len(ones) * len(zeros)))


@given(scored)
def test_auc_is_the_share_of_pairs_in_the_right_order_with_ties_counting_half(pairs: list[tuple[int, int]]) -> None:
    scores, labels = [p[0] for p in pairs], [p[1] for p in pairs]
    assert auc(np.array(scores, np.float32)[:, np.newaxis], np.array(labels, np.float32)) == by_pairs(scores, labels)


@given(scored)
def test_auc_of_the_negated_scores_is_the_complement(pairs: list[tuple[int, int]]) -> None:
    scores, labels = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    area = auc(scores, labels)
    if area is not None:
        assert auc(-scores, labels) == pytest.approx(1.0 - area, abs=1e-15)


def test_auc_of_perfect_constant_and_reversed_scores() -> None:
    labels = np.array([0, 0, 1, 1])
    assert auc(np.array([1.0, 2.0, 3.0, 4.0]), labels) == 1.0
    assert auc(np.zeros(4), labels) == 0.5
    assert auc(np.array([4.0, 3.0, 2.0, 1.0]), labels) == 0.0
    assert auc(np.array([-np.inf, 0.0, 1.0, np.inf]), labels) == 1.0


def test_auc_has_no_value_for_one_class_or_nan() -> None:
    assert auc(np.array([1.0, 2.0]), np.array([1, 1])) is None
    assert auc(np.array([1.0, np.nan]), np.array([0, 1])) is None


def test_one_logit_is_two_classes_with_the_threshold_at_probability_one_half() -> None:
    logits, labels = np.array([[-1.0], [0.0], [0.1], [2.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])
    assert predictions(logits).tolist() == [0, 0, 1, 1]
    assert confusion(logits, labels) == ((1, 1), (1, 1))


def test_several_logits_are_judged_by_the_largest() -> None:
    logits = np.array([[3.0, 1.0, 2.0], [0.0, 0.0, 1.0], [0.0, 5.0, 1.0]])
    table = confusion(logits, np.array([[0], [1], [1]]))
    assert table == ((1, 0, 0), (0, 1, 1), (0, 0, 0))
    assert accuracy_of(table) == pytest.approx(2 / 3)


def test_an_accuracy_on_400_images_is_uncertain_by_a_fortieth() -> None:
    assert half_interval(0.93, 400) == pytest.approx(0.0250, abs=5e-5)
    assert half_interval(0.97, 10_000) == pytest.approx(0.0033, abs=5e-5)
    assert half_interval(1.0, 400) == 0.0
