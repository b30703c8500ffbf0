"""Record the sizes of a network's stages while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paddle
from paddle.nn import functional

FUNCTIONS = ("linear", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d", "conv2d")


@contextmanager
def stages(model: paddle.nn.Layer) -> Iterator[list[list[Any]]]:
    """Yield a list that grows by `[kind, output shape]` with every convolution, pool and fully connected layer."""
    seen: list[list[Any]] = []

    def note(kind: str, output: Any) -> None:
        if len(seen) < 500 and isinstance(output, paddle.Tensor):
            seen.append([kind, [int(size) for size in output.shape]])

    def note_convolution(_layer: Any, _inputs: Any, output: Any) -> Any:
        note("conv", output)

    def wrap(name: str, original: Any) -> Any:
        def traced(*arguments: Any, **keywords: Any) -> Any:
            output = original(*arguments, **keywords)
            note(name.replace("2d", ""), output)
            return output

        return traced

    originals = {name: getattr(functional, name) for name in FUNCTIONS}
    hooks = [
        layer.register_forward_post_hook(note_convolution)
        for layer in model.sublayers(include_self=True)
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
