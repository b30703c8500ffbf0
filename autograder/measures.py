"""What a network's outputs are worth: accuracy, AUC and the confusion table, in whole-number arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Confusion = tuple[tuple[int, ...], ...]
STANDARD_ERRORS = 1.96  # of a normal distribution, for 95%


def predictions(logits: NDArray[Any]) -> NDArray[np.int64]:
    """Return the predicted class per row of `logits` [N, C]: for C = 1 whether the probability is above 0.5."""
    if logits.shape[1] == 1:
        return (logits[:, 0] > 0).astype(np.int64)
    return np.asarray(logits.argmax(axis=1), dtype=np.int64)


def confusion(logits: NDArray[Any], labels: NDArray[Any]) -> Confusion:
    """Return how often each true class (row) got each predicted class (column).

    Args:
        logits: Float [N, C].
        labels: [N] or [N, 1], whole numbers. One logit means two classes.
    """
    classes = max(2, logits.shape[1])
    truth = labels.reshape(-1).astype(np.int64)
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (truth, predictions(logits)), 1)
    return tuple(tuple(int(count) for count in row) for row in table)


def accuracy_of(table: Confusion) -> float:
    """Return the fraction of right predictions in a confusion table."""
    return sum(row[k] for k, row in enumerate(table)) / sum(map(sum, table))


def half_interval(accuracy: float, images: int) -> float:
    """Return half of the 95% interval of an accuracy, a fraction, that was measured on so many images."""
    return STANDARD_ERRORS * math.sqrt(accuracy * (1.0 - accuracy) / images)


def auc(scores: NDArray[Any], labels: NDArray[Any]) -> float | None:
    """Return the area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

    Args:
        scores: [N], the larger the more positive.
        labels: [N], 1 or 0. None when one of the classes is absent or a score is NaN. The ranks are whole numbers, so
            the result is exact up to one division.
    """
    flat, positive = np.asarray(scores).reshape(-1), np.asarray(labels).reshape(-1) > 0.5
    ones = int(positive.sum())
    zeros = len(flat) - ones
    if not ones or not zeros or np.isnan(flat).any():
        return None
    _, group, sizes = np.unique(flat, return_inverse=True, return_counts=True)
    doubled_rank = 2 * np.cumsum(sizes) - sizes + 1  # twice the mean rank of each group of ties
    above = int(doubled_rank[group.reshape(-1)][positive].sum()) - ones * (ones + 1)
    return above / (2 * ones * zeros)
