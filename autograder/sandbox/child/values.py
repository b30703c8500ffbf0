"""The values that parameters of a shape and kind get for a seed. NumPy alone: the grader's side makes them, too.

All parameters of one shape and kind get the same values, so names, order of definition and order of calls never matter.
Filters and matrices sum to zero per output channel and have He scale: with ordinary random weights a deep ReLU network
answers nearly the same for every image, and a comparison of outputs is blind.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

TILE = 65_537  # a prime, so that a tiled matrix has no two equal rows
BLOCK = 1 << 16  # numbers that are worked on at a time
Array = np.ndarray[Any, Any]


def values(kind: str, shape: tuple[int, ...], seed: int) -> Array:
    """Return the float32 values that every parameter of this kind and shape gets for `seed`."""
    out = np.empty(shape, np.float32)
    write_values(out, kind, seed)
    return out


def write_values(out: Array, kind: str, seed: int) -> None:
    """Write those values into `out`, float32 and contiguous."""
    generator = np.random.default_rng([seed, zlib.crc32(f"{kind}{out.shape}".encode())])
    tile = generator.standard_normal(min(out.size, TILE), dtype=np.float32)
    if kind in ("filter", "matrix"):
        _write_weights(out, kind, tile)
        return
    draw = np.resize(tile, out.size).reshape(out.shape)
    if kind == "bias":
        out[...] = 0.1 * (1 + 0.5 * draw)
    elif kind in ("scale", "variance"):
        out[...] = 1 + 0.1 * np.tanh(draw)
    else:
        out[...] = 0.1 * draw


def _write_weights(out: Array, kind: str, tile: Array) -> None:
    """Repeat `tile`, take the mean of each output channel off, scale; a few rows at a time, so that all of it is in the cache."""
    rows = out.reshape(len(out), -1)
    height, width = rows.shape
    if tile.size == out.size:  # nothing to repeat
        draw = tile.reshape(rows.shape)
        axis = 1 if kind == "filter" else 0
        fan_in = draw.shape[axis]
        centred = draw - draw.mean(axis=axis, keepdims=True) if fan_in > 1 else draw
        np.multiply(centred, np.float32(np.sqrt(2.0 / fan_in)), out=rows)
        return
    step = max(1, BLOCK // width)
    ring = np.resize(tile, tile.size + step * width)  # from any place in the tile on, all of a block follows
    by_row = kind == "filter"  # an output channel is a row of a filter, and a column of a matrix
    fan_in = width if by_row else height
    scale = np.float32(np.sqrt(2.0 / fan_in))
    mean: Any = np.float32(0)
    if not by_row and fan_in > 1:
        mean = sum(block.sum(axis=0).astype(np.float64) for block in _blocks(ring, rows, step)) / fan_in
        mean = mean.astype(np.float32)
    for number, block in enumerate(_blocks(ring, rows, step)):
        if by_row and fan_in > 1:
            mean = block.mean(axis=1, keepdims=True)
        written = rows[number * step : number * step + len(block)]
        np.subtract(block, mean, out=written)
        written *= scale


def _blocks(ring: Array, rows: Array, step: int) -> Iterator[Array]:
    """Yield what the tile, repeated, puts into `rows` [height, width]: `step` rows at a time, as views of `ring`."""
    height, width = rows.shape
    period = len(ring) - step * width
    for start in range(0, height, step):
        count, place = min(step, height - start), start * width % period
        yield ring[place : place + count * width].reshape(count, width)
