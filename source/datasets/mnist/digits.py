"""Drawings that look like handwritten digits, for when MNIST is not at hand."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from autograder.data.opencv import cv2

from .idx import DIGIT_SIZE

SCALE = 4  # drawn this much larger, then reduced
# Pen strokes of each digit as points (x, y) in a unit box; a curve runs smoothly through the points of a stroke.
STROKES: tuple[tuple[tuple[tuple[float, float], ...], ...], ...] = (
    (((0.5, 0.0), (0.15, 0.2), (0.1, 0.65), (0.4, 1.0), (0.8, 0.8), (0.88, 0.35), (0.5, 0.0)),),
    (((0.6, 0.0), (0.53, 0.5), (0.45, 1.0)),),
    (((0.12, 0.25), (0.4, 0.0), (0.8, 0.2), (0.6, 0.6), (0.1, 0.95), (0.45, 0.9), (0.92, 0.95)),),
    (((0.15, 0.1), (0.6, 0.0), (0.8, 0.22), (0.45, 0.46), (0.85, 0.7), (0.6, 1.0), (0.1, 0.9)),),
    (((0.25, 0.0), (0.12, 0.55), (0.5, 0.58), (0.9, 0.5)), ((0.75, 0.1), (0.68, 0.55), (0.62, 1.0))),
    (((0.85, 0.02), (0.3, 0.05)), ((0.3, 0.05), (0.22, 0.45), (0.65, 0.42), (0.8, 0.72), (0.5, 1.0), (0.12, 0.92))),
    (((0.7, 0.0), (0.3, 0.3), (0.15, 0.75), (0.45, 1.0), (0.8, 0.78), (0.55, 0.52), (0.2, 0.7)),),
    (((0.1, 0.08), (0.5, 0.08), (0.88, 0.05)), ((0.88, 0.05), (0.6, 0.5), (0.42, 1.0))),
    (
        ((0.5, 0.48), (0.18, 0.25), (0.5, 0.0), (0.8, 0.2), (0.5, 0.48)),
        ((0.5, 0.48), (0.15, 0.75), (0.45, 1.0), (0.82, 0.78), (0.5, 0.48)),
    ),
    (((0.78, 0.25), (0.45, 0.5), (0.2, 0.25), (0.5, 0.0), (0.8, 0.22)), ((0.8, 0.22), (0.74, 0.6), (0.62, 1.0))),
)


def draw_digit(digit: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return one drawing of `digit` (0..9): uint8 [28, 28], white on black, in [0, 255]."""
    canvas = np.zeros((DIGIT_SIZE * SCALE, DIGIT_SIZE * SCALE), dtype=np.uint8)
    transform, shift = _pose(rng)
    thickness = int(rng.integers(6, 14))
    for stroke in STROKES[digit]:
        points = np.asarray(stroke) + rng.normal(0.0, 0.035, (len(stroke), 2))
        placed = (_curve(points) - 0.5) @ transform.T + shift
        cv2.polylines(canvas, [np.round(placed).astype(np.int32)], False, 255, thickness, cv2.LINE_AA)
    reduced = cv2.resize(canvas, (DIGIT_SIZE, DIGIT_SIZE), interpolation=cv2.INTER_AREA).astype(np.float64)
    ink = np.clip(reduced * rng.uniform(1.0, 1.3), 0.0, 255.0)
    grain = rng.normal(0.0, 10.0, ink.shape) * (ink > 0.0)  # the ground stays black, as in MNIST
    return np.clip(np.round(ink + grain), 0.0, 255.0).astype(np.uint8)


def _pose(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a random turn, slant and size as float64 [2, 2], and a centre as float64 [2], in canvas pixels."""
    angle, slant = rng.normal(0.0, 0.12), rng.normal(-0.12, 0.18)
    width, height = rng.uniform(50.0, 72.0), rng.uniform(66.0, 80.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shear = np.array([[1.0, slant], [0.0, 1.0]])
    centre = DIGIT_SIZE * SCALE / 2 + rng.normal(0.0, 3.0, 2)
    return cast(NDArray[np.float64], turn @ shear @ np.diag([width, height])), centre


def _curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a Catmull-Rom curve through `points` float64 [K, 2]: float64 [8 * (K - 1) + 1, 2]."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, begin, end, after = (padded[k : len(padded) - 3 + k, np.newaxis] for k in range(4))  # [K - 1, 1, 2]
    t = np.linspace(0.0, 1.0, 8, endpoint=False)[np.newaxis, :, np.newaxis]  # [1, 8, 1]
    cubic = 3 * begin - before - 3 * end + after
    curve = begin + 0.5 * t * (end - before + t * (2 * before - 5 * begin + 4 * end - after + t * cubic))
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])
