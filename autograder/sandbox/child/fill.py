"""Fill a network's parameters from a seed, by shape and kind alone: see `values`."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle

from . import memory
from .values import Array, values, write_values


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


def fill(model: paddle.nn.Layer, seed: int, ready: dict[tuple[str, tuple[int, ...]], int] | None = None) -> None:
    """Set every parameter and running statistic of `model` from `seed`.

    ready: files that hold the values of a kind and shape already. They are laid over memory that nobody has written to.
    """
    written: dict[tuple[str, tuple[int, ...]], Array] = {}
    for kind, parameter in kinds(model):
        if kind == "other":
            continue
        shape = tuple(int(size) for size in parameter.shape)
        if parameter.dtype != paddle.float32 or not parameter.is_contiguous():
            parameter.set_value(paddle.to_tensor(values(kind, shape, seed)).astype(parameter.dtype))
            continue
        file = ready.get((kind, shape)) if ready else None
        if file is not None and memory.lay_over(parameter, file):
            continue
        own = memory.of(parameter)
        if (same := written.get((kind, shape))) is None:
            write_values(own, kind, seed)
            written[kind, shape] = own
        else:
            np.copyto(own, same)
