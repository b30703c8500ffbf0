"""Fill a network's parameters from a seed, by shape and kind alone.

All parameters of one shape and kind get the same values, so names, order of definition and order of calls never matter.
Filters and matrices sum to zero per output channel and have He scale: with ordinary random weights a deep ReLU network
answers nearly the same for every image, and a comparison of outputs is blind.
"""

from __future__ import annotations

import ctypes
import math
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import paddle

TILE = 65_537  # a prime, so that a tiled matrix has no two equal rows
BLOCK = 1 << 16  # numbers that are worked on at a time
Array = np.ndarray[Any, Any]


def kinds(model: paddle.nn.Layer) -> list[tuple[str, Any]]:
    """Return `(kind, parameter or buffer)` for everything in `model` that has values, each once."""
    found: dict[int, tuple[str, Any]] = {}
    for layer in model.sublayers(include_self=True):
        norm = "Norm" in type(layer).__name__ and hasattr(layer, "_mean")
        for name, parameter in [*layer._parameters.items(), *layer._buffers.items()]:
            if parameter is None or id(parameter) in found:
                continue
            found[id(parameter)] = (_kind(name, parameter, norm), parameter)
    return list(found.values())


def _kind(name: str, parameter: Any, norm: bool) -> str:
    if norm:
        return {"weight": "scale", "bias": "shift", "_mean": "mean", "_variance": "variance"}.get(name, "other")
    if not _is_floating(parameter):
        return "other"
    dimensions = len(parameter.shape)
    if dimensions == 1:
        return "bias"
    return "matrix" if dimensions == 2 else "filter" if dimensions == 4 else "other"


def _is_floating(parameter: Any) -> bool:
    return parameter.dtype in (paddle.float32, paddle.float64, paddle.float16, paddle.bfloat16)


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


def fill(model: paddle.nn.Layer, seed: int) -> None:
    """Set every parameter and running statistic of `model` from `seed`."""
    for kind, parameter in kinds(model):
        if kind == "other":
            continue
        shape = tuple(int(size) for size in parameter.shape)
        if parameter.dtype == paddle.float32 and parameter.is_contiguous():
            write_values(_memory(parameter, shape), kind, seed)
        else:
            parameter.set_value(paddle.to_tensor(values(kind, shape, seed)).astype(parameter.dtype))


def _memory(parameter: Any, shape: tuple[int, ...]) -> Array:
    """Return the memory of a float32 tensor as an array to write to: half a gigabyte need not be made twice."""
    numbers = ctypes.c_float * math.prod(shape)
    return np.ctypeslib.as_array(numbers.from_address(parameter.data_ptr())).reshape(shape)
