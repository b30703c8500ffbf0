"""Small networks of ours that stand in for the student's, so that one task is tested at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import paddle
from paddle import nn

from .memory import Zeros

INPUTS = 784  # numbers per sample that a probe network takes
_passes: WeakKeyDictionary[nn.Layer, list[list[Any]]] = WeakKeyDictionary()
_gradients_on = paddle.is_grad_enabled  # as it was before any of the student's code ran


@contextmanager
def no_initial_values() -> Iterator[None]:
    """Let parameters without an initializer of their own start at zero, which is quicker where they get filled.

    Vectors that a layer makes itself start as it says: by that the scale of a batch norm is told from its shift.
    """
    zero = Zeros()
    plain: Any = nn.Layer.create_parameter

    def create_parameter(layer: nn.Layer, shape: Any, attr: Any = None, *others: Any, **named: Any) -> Any:
        start = named.get("default_initializer")
        if (
            isinstance(start, nn.initializer.Constant)
            and getattr(attr, "initializer", None) is None
            and attr is not False
        ):
            attr = copy.copy(attr) if isinstance(attr, paddle.ParamAttr) else paddle.ParamAttr()
            attr.initializer = start
        return plain(layer, shape, attr, *others, **named)

    nn.initializer.set_global_initializer(zero, zero)
    nn.Layer.create_parameter = create_parameter  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        nn.Layer.create_parameter = plain  # type: ignore[method-assign]
        nn.initializer.set_global_initializer(None, None)


@contextmanager
def no_initial_filters() -> Iterator[None]:
    """Let filters of layers that were not told how to draw them start at zero, where only matrices are looked at."""
    plain: Any = nn.Layer.create_parameter

    def create_parameter(layer: nn.Layer, shape: Any, *others: Any, **named: Any) -> Any:
        if len(shape) == 4 and "default_initializer" in named:
            named["default_initializer"] = nn.initializer.Constant(0.0)
        return plain(layer, shape, *others, **named)

    nn.Layer.create_parameter = create_parameter  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        nn.Layer.create_parameter = plain  # type: ignore[method-assign]


class ProbeNetwork(nn.Layer):
    """Flatten, fc, batch norm, ReLU, dropout, fc; `passes_of` tells mode, gradient switch and batch size of each pass.

    The notes are no attribute: the student's function gets the network, and could write to one.
    Input: float32, any shape with `INPUTS` numbers per sample; output: float32 [N, num_classes].
    """

    def __init__(self, num_classes: int, dropout: float) -> None:
        super().__init__()
        with no_initial_values():  # they get filled
            self.first = nn.Linear(INPUTS, 12)
            self.norm = nn.BatchNorm1D(12)
            self.dropout = nn.Dropout(dropout)
            self.last = nn.Linear(12, num_classes)
        _passes[self] = []

    def __copy__(self) -> ProbeNetwork:
        """Return a network with the same layers; its passes are noted with those of this one."""
        return self._twin(dict(vars(self)))

    def __deepcopy__(self, memo: dict[int, Any]) -> ProbeNetwork:
        """Return a network of its own; its passes are noted with those of this one."""
        return self._twin(copy.deepcopy(vars(self), memo))

    def _twin(self, content: dict[str, Any]) -> ProbeNetwork:
        twin = type(self).__new__(type(self))
        vars(twin).update(content)
        _passes[twin] = _passes[self]
        return twin

    def forward(self, x: Any) -> Any:
        _passes[self].append([bool(self.training), bool(_gradients_on()), int(x.shape[0])])
        hidden = nn.functional.relu(self.norm(self.first(paddle.flatten(x, 1))))
        return self.last(self.dropout(hidden))


def passes_of(network: ProbeNetwork) -> list[list[Any]]:
    """Return `[training, gradients on, batch size]` of each forward pass so far."""
    return _passes[network]
