"""Record the sizes of a network's stages while it runs, and what goes into and comes out of its layers with parameters."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import paddle
from paddle.nn import functional

FUNCTIONS = ("linear", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "conv2d")
MAX_STAGES = 500
SAMPLED, DIRECTIONS = 256, 3  # numbers of the first image that are looked at, and what they are reduced to

Tree = Any


class Stages:
    """What a network's layers did, in the order of their calls.

    sizes: `[kind, output shape]` of every convolution, pool and fully connected layer. steps: of each convolution and
    fully connected layer `[kind, its name in the network, shape of its weights, shape and sketch of its input, the same of
    its output]`, where they are asked for.
    """

    def __init__(self, network: paddle.nn.Layer, with_steps: bool) -> None:
        self.sizes: list[Tree] = []
        self.steps: list[Tree] | None = [] if with_steps else None
        self.names = {
            id(parameter): name.rpartition(".")[0] for name, parameter in network.named_parameters() if with_steps
        }

    def note(self, kind: str, output: Any, given: Any = None, weight: Any = None) -> None:
        """Note a stage; given, weight: input and weights of a layer with parameters."""
        if len(self.sizes) >= MAX_STAGES or not isinstance(output, paddle.Tensor):
            return
        self.sizes.append([kind, sizes_of(output)])
        if self.steps is not None and isinstance(given, paddle.Tensor) and isinstance(weight, paddle.Tensor):
            name = self.names.get(id(weight), "")[:100]
            both = [part for tensor in (given, output) for part in (sizes_of(tensor), sketch(tensor))]
            self.steps.append([kind, name, sizes_of(weight), *both])


@contextmanager
def stages(network: paddle.nn.Layer, with_steps: bool = False) -> Iterator[Stages]:
    """Yield what grows with every layer that runs within the block."""
    seen = Stages(network, with_steps)

    def note_convolution(layer: Any, inputs: Any, output: Any) -> Any:
        seen.note("conv", output, inputs[0] if inputs else None, layer.weight)

    def wrap(name: str, original: Any) -> Any:
        def traced(*arguments: Any, **keywords: Any) -> Any:
            output = original(*arguments, **keywords)
            if name in ("linear", "conv2d"):
                given = dict(zip(("x", "weight"), arguments)) | keywords
                seen.note(name.replace("2d", ""), output, given.get("x"), given.get("weight"))
            else:
                seen.note(name.replace("2d", ""), output)
            return output

        return traced

    originals = {name: getattr(functional, name) for name in FUNCTIONS}
    hooks = [
        layer.register_forward_post_hook(note_convolution)
        for layer in network.sublayers(include_self=True)
        if isinstance(layer, paddle.nn.Conv2D)
    ]
    try:
        for name, original in originals.items():
            setattr(functional, name, wrap(name, original))
        yield seen
    finally:
        for name, original in originals.items():
            setattr(functional, name, original)
        for hook in hooks:
            hook.remove()


def sizes_of(tensor: Any) -> list[int]:
    """Return a tensor's shape."""
    return [int(size) for size in tensor.shape]


def sketch(tensor: Any) -> list[float]:
    """Return a few numbers that tell the values for the first image from others: length and projections of a sample."""
    if not tensor.shape or 0 in tensor.shape:
        return []
    values = tensor.numpy().reshape(-1)
    places, directions = _sample(values.size // int(tensor.shape[0]))
    some = values[places].astype(np.float64)
    return [float(np.sqrt(some @ some)), *(directions @ some).tolist()]


@functools.lru_cache(maxsize=128)
def _sample(size: int) -> tuple[Any, Any]:
    """Return which of so many numbers are looked at, and the directions they are projected on."""
    places = np.unique(np.linspace(0, size - 1, SAMPLED).astype(np.int64))
    return places, np.random.default_rng(size).standard_normal((DIRECTIONS, len(places)))
