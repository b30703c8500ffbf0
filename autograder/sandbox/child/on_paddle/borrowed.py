"""Notices when a network is taken from `paddle.vision.models` in place of being built: what is constructed and called there.

It tells staff where to look. A program can hide it, for all of this happens in its own process.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

import paddle.vision.models

MODELS = paddle.vision.models.__name__
seen: set[str] = set()


@functools.cache
def replacements() -> tuple[tuple[Any, str, Any], ...]:
    """Return `(owner, name, what stands there while it is watched)`; made once, from Paddle as it was imported."""
    found: list[tuple[Any, str, Any]] = []
    watched: dict[Any, Any] = {}  # a function → what stands for it, wherever it is known
    for module_name in sorted(name for name in sys.modules if name == MODELS or name.startswith(MODELS + ".")):
        module = sys.modules[module_name]
        for name, thing in list(vars(module).items()):
            if not str(getattr(thing, "__module__", "")).startswith(MODELS):
                continue
            if inspect.isfunction(thing):
                found.append((module, name, watched.setdefault(thing, _watched(thing, name))))
            elif inspect.isclass(thing) and thing not in watched and inspect.isfunction(vars(thing).get("__init__")):
                watched[thing] = thing
                found.append((thing, "__init__", _watched(vars(thing)["__init__"], name)))
    return tuple(found)


def _watched(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def noted(*arguments: Any, **keywords: Any) -> Any:
        seen.add(name)
        return function(*arguments, **keywords)

    return noted
