"""Fill a network's parameters from a seed, by shape and kind alone: see `values`."""

from __future__ import annotations

import math
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import paddle

from ..values import values, write_values
from . import memory

VECTORS = ("scale", "shift", "mean", "variance")
USUAL_EPSILON, MAX_EPSILON = 1e-5, 1e-3  # of batch norm: any up to the second one is as good as Paddle's own
_PLAIN = (paddle.nn.Linear, paddle.nn.Conv2D)  # whose bias may well start at one
_known: WeakKeyDictionary[paddle.nn.Layer, list[tuple[str, Any]]] = WeakKeyDictionary()


def held_by(model: paddle.nn.Layer) -> list[Any]:
    """Return every parameter and buffer of `model` that has values, each once."""
    found = {
        id(tensor): tensor
        for layer in model.sublayers(include_self=True)
        for tensor in [*layer._parameters.values(), *layer._buffers.values()]
        if tensor is not None
    }
    return list(found.values())


def kinds(model: paddle.nn.Layer) -> list[tuple[str, Any]]:
    """Return `(kind, parameter or buffer)` for everything that `model` holds, each once.

    What a vector is for may be told by the values it was made with, so the answer of the first call, before any values
    are filled in, is kept. What a network makes later, while it runs, is not in it: an optimizer never gets that.
    """
    if (known := _known.get(model)) is None:
        _known[model] = known = _kinds(model)
    return known


def biases(model: paddle.nn.Layer) -> dict[int, Any]:
    """Return the bias of each matrix [inputs, outputs] that a layer holds with one of its outputs, by the matrix's id."""
    found = {}
    for layer in model.sublayers(include_self=True):
        own = [parameter for parameter in layer._parameters.values() if parameter is not None]
        for matrix in own:
            fitting = [each for each in own if len(matrix.shape) == 2 and list(each.shape) == [matrix.shape[1]]]
            if len(fitting) == 1:
                found[id(matrix)] = fitting[0]
    return found


def _kinds(model: paddle.nn.Layer) -> list[tuple[str, Any]]:
    found: dict[int, tuple[str, Any]] = {}
    for layer in model.sublayers(include_self=True):
        norm = "Norm" in type(layer).__name__ and hasattr(layer, "_mean")
        own = [
            (name, tensor)
            for name, tensor in [*layer._parameters.items(), *layer._buffers.items()]
            if tensor is not None
        ]
        by_hand = {} if norm or isinstance(layer, _PLAIN) else _norm_by_hand([tensor for _, tensor in own])
        for name, tensor in own:
            if id(tensor) not in found:
                found[id(tensor)] = by_hand.get(id(tensor)) or _kind(name, tensor, norm), tensor
    return list(found.values())


def _norm_by_hand(tensors: list[Any]) -> dict[int, str]:
    """Return the kinds of the vectors of a batch norm that a layer holds itself, by their ids; none where it has no such.

    Its scale and its variance start at one, shift and mean at zero, all of one length; the first two are trained. They
    may have the form [C] or [1, C, 1, 1].
    """
    ones: dict[int, list[Any]] = {}
    zeros: dict[int, list[Any]] = {}
    for tensor in tensors:
        if (length := _length(tensor)) and (start := _start(tensor)) is not None:
            (ones if start else zeros).setdefault(length, []).append(tensor)
    named = {(True, True): "scale", (True, False): "variance", (False, True): "shift", (False, False): "mean"}
    return {
        id(tensor): named[starts_at_one, not tensor.stop_gradient]
        for length in ones.keys() & zeros.keys()
        for starts_at_one, vectors in ((True, ones[length]), (False, zeros[length]))
        for tensor in vectors
    }


def _length(tensor: Any) -> int:
    """Return how many numbers a vector of channels has, [C] or [1, C, 1, 1]; 0 for anything else."""
    sizes = [int(size) for size in tensor.shape]
    vector = len(sizes) == 1 or (len(sizes) > 1 and math.prod(sizes) == sizes[1] and sizes[0] == 1)
    return math.prod(sizes) if vector and _is_floating(tensor) else 0


def _start(tensor: Any) -> int | None:
    """Return 1 or 0 where all of a tensor has that value, else None."""
    first, *rest = set(np.unique(tensor.numpy()).tolist())
    return int(first) if not rest and first in (0.0, 1.0) else None


def _kind(name: str, parameter: Any, norm: bool) -> str:
    if norm:
        return {"weight": "scale", "bias": "shift", "_mean": "mean", "_variance": "variance"}.get(name, "other")
    if not _is_floating(parameter):
        return "other"
    dimensions = len(parameter.shape)
    if dimensions == 1:
        return "bias"
    return "matrix" if dimensions == 2 else "filter" if dimensions in (3, 4, 5) else "other"


def _is_floating(parameter: Any) -> bool:
    return parameter.dtype in (paddle.float32, paddle.float64, paddle.float16, paddle.bfloat16)


def fill(model: paddle.nn.Layer, seed: int, ready: dict[tuple[str, tuple[int, ...]], int] | None = None) -> None:
    """Set every parameter and running statistic of `model` from `seed`.

    Args:
        ready: Files that hold the values of a kind and shape already. They are laid over memory that nobody has written
            to.
    """
    for layer in model.sublayers(include_self=True):
        if "Norm" in type(layer).__name__ and 0 < getattr(layer, "_epsilon", 0) <= MAX_EPSILON:
            layer._epsilon = USUAL_EPSILON
    for kind, parameter in kinds(model):
        if kind == "other":
            continue
        shape = tuple(int(size) for size in parameter.shape)
        if kind in VECTORS and len(shape) > 1:  # [1, C, 1, 1] gets the values of [C]
            parameter.set_value(
                paddle.to_tensor(values(kind, (math.prod(shape),), seed).reshape(shape)).astype(parameter.dtype)
            )
            continue
        if parameter.dtype != paddle.float32 or not parameter.is_contiguous():
            parameter.set_value(paddle.to_tensor(values(kind, shape, seed)).astype(parameter.dtype))
            continue
        file = ready.get((kind, shape)) if ready else None
        if file is not None and memory.map_over(parameter, file):
            continue
        write_values(memory.of(parameter), kind, seed)
