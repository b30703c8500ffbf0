"""Gradients of fully connected layers, kept as what came in and what came back: their product, of VGG half a gigabyte for one
image, is never written.

A layer that is written in another way than with `functional.linear` has Paddle's own gradient, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import paddle
from paddle.nn import functional

Array = np.ndarray[Any, Any]


class Factors(NamedTuple):
    """One use of a matrix [inputs, outputs]; its gradient is `came_in.T @ came_back`.

    Attributes:
        came_in: float32 [N, inputs].
        came_back: The output's gradient, float32 [N, outputs].
    """

    came_in: Array
    came_back: Array


class MatrixGradient:
    """The gradient of one matrix [inputs, outputs], from its factors and, where it was used in other ways, too, Paddle's."""

    def __init__(self, factors: list[Factors], rest: Array | None) -> None:
        one_row = len(factors) == 1 and rest is None and len(factors[0].came_in) == 1
        self._outer = factors[0] if one_row else None
        self._whole = rest
        if not one_row:
            for came_in, came_back in factors:
                product = came_in.T @ came_back
                self._whole = product if self._whole is None else self._whole + product

    def idle(self) -> list[float]:
        """Return the fractions of rows and of columns in which nothing but zeros stand."""
        if self._outer is not None:
            (came_in,), (came_back,) = self._outer
            moved = [(came_in != 0) & came_back.any(), (came_back != 0) & came_in.any()]
        else:
            assert self._whole is not None
            moved = [self._whole.any(axis=axis) for axis in (1, 0)]
        return [float(1 - each.mean()) for each in moved]

    def column(self, number: int) -> Array:
        """Return one column, float32 [inputs]."""
        if self._outer is not None:
            return np.asarray(self._outer.came_in[0] * self._outer.came_back[0, number])
        assert self._whole is not None
        return np.asarray(self._whole[:, number])


@dataclass(frozen=True)
class _Use:
    """One call of `functional.linear`. A tensor that is handed over alone would be one that gets a gradient."""

    linear: Callable[..., Any]
    weight: Any
    found: list[Factors]
    goes_on: bool  # whether anything before this layer needs the gradient


@contextmanager
def factored(matrices: list[Any]) -> Iterator[dict[int, list[Factors]]]:
    """Yield a table, by a matrix's id, that `backward` fills with the factors of its gradient.

    Args:
        matrices: Parameters [inputs, outputs]. What is used within the block in `functional.linear` gets no gradient of
            Paddle's.
    """
    found: dict[int, list[Factors]] = {}
    original, known = functional.linear, {id(matrix) for matrix in matrices if not matrix.stop_gradient}

    def linear(x: Any, weight: Any, bias: Any = None, name: Any = None) -> Any:
        if id(weight) not in known or not paddle.is_grad_enabled() or not x.dtype == weight.dtype == paddle.float32:
            return original(x, weight, bias, name)
        use = _Use(original, weight, found.setdefault(id(weight), []), not x.stop_gradient)
        if x.stop_gradient:  # what gets no gradient at all would not be asked for one
            x = x.detach()
            x.stop_gradient = False
        layer: Any = _Linear
        return layer.apply(x, bias, use)

    functional.linear = linear
    try:
        yield found
    finally:
        functional.linear = original


@contextmanager
def alone(parameters: list[Any], kept: Collection[int]) -> Iterator[None]:
    """Let none of `parameters` get a gradient within the block but those whose ids are in `kept`."""
    others = [each for each in parameters if id(each) not in kept and not each.stop_gradient]
    for each in others:
        each.stop_gradient = True
    try:
        yield
    finally:
        for each in others:
            each.stop_gradient = False


class _Linear(paddle.autograd.PyLayer):
    """A fully connected layer as Paddle computes it, of whose matrix the gradient stays in its factors."""

    @staticmethod
    def forward(context: Any, x: Any, bias: Any, use: _Use) -> Any:
        context.x, context.bias, context.use = x.detach(), bias, use
        return use.linear(x, use.weight, bias)

    @staticmethod
    def backward(context: Any, back: Any) -> Any:
        x, bias, use = context.x, context.bias, context.use
        rows = back.reshape([-1, back.shape[-1]])
        use.found.append(Factors(x.reshape([-1, x.shape[-1]]).numpy(), rows.numpy()))
        matmul: Any = paddle.matmul  # `@` with a transposed matrix would write that first
        to_x = matmul(back, use.weight, transpose_y=True) if use.goes_on else paddle.zeros_like(x)
        if bias is None:
            return to_x
        return to_x, None if bias.stop_gradient else rows.sum(axis=0)
