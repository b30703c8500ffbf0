"""Fill a network's parameters from a seed, by shape and kind alone.

All parameters of one shape and kind get the same values, so names, order of definition and order of calls never matter.
Filters and matrices sum to zero per output channel and have He scale: with ordinary random weights a deep ReLU network
answers nearly the same for every image, and a comparison of outputs is blind.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import paddle

TILE = 65_537  # a prime, so that a tiled matrix has no two equal rows


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


def values(kind: str, shape: tuple[int, ...], seed: int) -> np.ndarray[Any, Any]:
    """Return the float32 values that every parameter of this kind and shape gets for `seed`."""
    generator = np.random.default_rng([seed, zlib.crc32(f"{kind}{shape}".encode())])
    size = int(np.prod(shape, dtype=np.int64))
    draw = np.resize(generator.standard_normal(min(size, TILE), dtype=np.float32), size).reshape(shape)
    if kind == "bias":
        return (0.1 * (1 + 0.5 * draw)).astype(np.float32)
    if kind in ("scale", "variance"):
        return (1 + 0.1 * np.tanh(draw)).astype(np.float32)
    if kind in ("shift", "mean"):
        return (0.1 * draw).astype(np.float32)
    inputs = tuple(range(1, len(shape))) if kind == "filter" else (0,)
    fan_in = int(np.prod([shape[axis] for axis in inputs]))
    if fan_in > 1:
        draw -= draw.mean(axis=inputs, keepdims=True, dtype=np.float32)
    draw *= np.float32(np.sqrt(2.0 / fan_in))
    return draw


def fill(model: paddle.nn.Layer, seed: int) -> None:
    """Set every parameter and running statistic of `model` from `seed`."""
    for kind, parameter in kinds(model):
        if kind != "other":
            new = values(kind, tuple(parameter.shape), seed)
            same = parameter.dtype == paddle.float32
            parameter.set_value(new if same else paddle.to_tensor(new).astype(parameter.dtype))
