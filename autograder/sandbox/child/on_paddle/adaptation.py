"""Code written for a larger machine or for a command line runs in the box: on the CPU, in one process, without arguments.

Nothing here changes what an answer computes: a GPU becomes the CPU, worker processes of a loader become none, names
that the student gave to parameters are dropped (two networks could not have the same), batch norm across machines
is batch norm, functions marked `to_static` run as they are written, and NumPy has the names of NumPy 1, too.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import paddle
from paddle import nn
from paddle.nn import functional

from ..older_numpy import put_back
from . import borrowed

WORKERLESS = {"num_workers": 0, "use_shared_memory": False, "persistent_workers": False, "timeout": 0}
_PLACES = ("CUDAPlace", "CUDAPinnedPlace", "XPUPlace", "XPUPinnedPlace", "IPUPlace", "CustomPlace")


@contextmanager
def adapted() -> Iterator[None]:
    """Adapt for as long as the block runs: for a student's own notebook, whose Paddle stays as it is."""
    undo = adapt()
    try:
        yield
    finally:
        undo()


def adapt() -> Callable[[], None]:
    """Adapt this process; return what takes it back."""
    replacements = (*_replacements(), *borrowed.replacements())
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in replacements]
    arguments, static = sys.argv, _is_static()
    for owner, name, new in replacements:
        setattr(owner, name, new)
    sys.argv = ["submission"]  # what `argparse` reads: the defaults of the student's own options hold
    paddle.jit.enable_to_static(False)
    without_older_names = put_back()

    def undo() -> None:
        without_older_names()
        for owner, name, old in before:
            setattr(owner, name, old)
        sys.argv = arguments
        paddle.jit.enable_to_static(static)

    return undo


@contextmanager
def to_static_works() -> Iterator[None]:
    """Let `paddle.jit.to_static` compile within the block."""
    static = _is_static()
    paddle.jit.enable_to_static(True)
    try:
        yield
    finally:
        paddle.jit.enable_to_static(static)


def _is_static() -> bool:
    from paddle.jit.dy2static.program_translator import ProgramTranslator

    return bool(ProgramTranslator().enable_to_static)


@functools.cache
def _replacements() -> tuple[tuple[Any, str, Any], ...]:
    """Return `(owner, name, what stands there while adapted)`; made once, from Paddle as it was imported."""
    found: list[tuple[Any, str, Any]] = [
        (paddle, "set_device", _set_device),
        (paddle.device, "set_device", _set_device),
        (paddle, "to_tensor", _without_place(paddle.to_tensor)),
        (paddle.Tensor, "cuda", lambda tensor, *_, **__: tensor),
        (paddle.Tensor, "to", _on_the_cpu(paddle.Tensor.to)),
        (nn.Layer, "to", _on_the_cpu(nn.Layer.to)),
        (nn.Layer, "cuda", lambda layer, *_, **__: layer),
        (nn.SyncBatchNorm, "forward", _batch_norm),
        (paddle.io.DataLoader, "__init__", _workerless(paddle.io.DataLoader.__init__)),
        (paddle.ParamAttr, "__init__", _nameless(paddle.ParamAttr.__init__)),
    ]
    found += [(paddle, name, _OtherPlace) for name in _PLACES if hasattr(paddle, name)]
    return tuple(entry for entry in found if entry[1] in vars(entry[0]))


class _OtherPlace:
    """What stands for the place of a GPU: a class, for Paddle itself asks what is one, that makes the CPU's."""

    def __new__(cls, *_: Any, **__: Any) -> Any:
        return paddle.CPUPlace()


def _set_device(device: Any = "cpu", *_: Any, **__: Any) -> Any:  # noqa: ARG001
    return paddle.CPUPlace()


def _is_elsewhere(place: Any) -> bool:
    """Tell whether a device is another one than the CPU."""
    if isinstance(place, str):
        return place.partition(":")[0].lower() in ("gpu", "cuda", "xpu", "npu", "gpu_pinned", "ipu")
    return type(place).__name__ in _PLACES


def _without_place(to_tensor: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(to_tensor)
    def on_the_cpu(data: Any, dtype: Any = None, place: Any = None, stop_gradient: bool = True) -> Any:
        return to_tensor(data, dtype, None if _is_elsewhere(place) else place, stop_gradient)

    return on_the_cpu


def _on_the_cpu(to: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(to)
    def on_the_cpu(thing: Any, *arguments: Any, **keywords: Any) -> Any:
        kept = [value for value in arguments if not _is_elsewhere(value)]
        named = {key: value for key, value in keywords.items() if not _is_elsewhere(value)}
        return to(thing, *kept, **named) if kept or named else thing

    return on_the_cpu


def _batch_norm(layer: Any, x: Any) -> Any:
    """Run `SyncBatchNorm`, which Paddle has for GPUs alone, as the batch norm that it is on one machine."""
    return functional.batch_norm(
        x,
        layer._mean,
        layer._variance,
        weight=layer.weight,
        bias=layer.bias,
        training=layer.training,
        momentum=layer._momentum,
        epsilon=layer._epsilon,
        data_format=layer._data_format,
    )


def _workerless(initialize: Callable[..., None]) -> Callable[..., None]:
    signature = inspect.signature(initialize)

    @functools.wraps(initialize)
    def in_this_process(*arguments: Any, **keywords: Any) -> None:
        bound = signature.bind(*arguments, **keywords)
        if bound.arguments.get("num_workers"):
            bound.arguments.update(WORKERLESS)
        initialize(*bound.args, **bound.kwargs)

    return in_this_process


def _nameless(initialize: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(initialize)
    def without_name(attribute: Any, name: Any = None, *arguments: Any, **keywords: Any) -> None:  # noqa: ARG001
        initialize(attribute, None, *arguments, **keywords)

    return without_name
