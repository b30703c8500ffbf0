"""Values that parameters are filled with."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from autograder.sandbox.child import fill

SHAPES = [
    ("matrix", (44_944, 3)),
    ("matrix", (3, 70_000)),
    ("matrix", (1, 70_000)),
    ("matrix", (2048, 100)),
    ("filter", (3, 70_000, 1, 1)),
    ("filter", (70_000, 1, 1, 1)),
    ("filter", (128, 64, 3, 3)),
]


@pytest.mark.parametrize(("kind", "shape"), SHAPES)
def test_weights_are_a_repeated_tile_that_sums_to_zero_for_each_output(kind: str, shape: tuple[int, ...]) -> None:
    generator = np.random.default_rng([5, zlib.crc32(f"{kind}{shape}".encode())])
    tile = generator.standard_normal(min(int(np.prod(shape)), fill.TILE), dtype=np.float32)
    rows: Any = np.resize(tile, shape).reshape(shape[0], -1).astype(np.float64)
    axis = 1 if kind == "filter" else 0
    fan_in = rows.shape[axis]
    wanted = (rows - rows.mean(axis=axis, keepdims=True) if fan_in > 1 else rows) * np.sqrt(2 / fan_in)
    written = fill.values(kind, shape, 5).reshape(shape[0], -1)
    assert np.abs(written - wanted).max() <= 1e-6 * np.abs(wanted).max()
