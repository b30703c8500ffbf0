"""Call an answer and tell all that came of it: what it returned, printed, and did to its arguments. Plain Python and NumPy."""

from __future__ import annotations

import contextlib
import io
import itertools
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .wire import DTYPES

Tree = Any
MAX_ITEMS = 10_000  # parts of a value that are told
MAX_PRINTED = 20_000  # characters
MAX_INT = 1 << 62  # larger ones are told as text
MANY_NUMBERS = 16  # a list with more goes as an array


class Printed(io.TextIOBase):
    """What is printed, as far as it is kept."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        """Keep a text."""
        self.text += text[: max(0, MAX_PRINTED - len(self.text))]
        return len(text)


def observed(
    namespace: Mapping[str, Any], target: str, arguments: list[Tree], named: Mapping[str, Tree], steps: list[list[Any]]
) -> Tree:
    """Call `target`, then do each step with what came back: `[method, arguments, named]`, or `[attribute]` to read it.

    Returns `{"value": of the last step, "printed", "before", "after"}`: the last two hold all arguments, in their order.
    """
    given = [given_arguments(arguments, named), *(given_arguments(*step[1:]) for step in steps if len(step) > 1)]
    flat = [value for places, names in given for value in (*places, *names.values())]
    before = [described(value) for value in flat]
    printed, calls = Printed(), iter(given)
    with contextlib.redirect_stdout(printed):
        places, names = next(calls)
        came = value = namespace[target](*places, **names)
        for step in steps:
            value = getattr(came, step[0])
            if len(step) > 1:
                places, names = next(calls)
                value = value(*places, **names)
        told = described(value)  # a generator prints while it is read
    return {"value": told, "printed": printed.text, "before": before, "after": [described(value) for value in flat]}


def given_arguments(arguments: list[Tree], named: Mapping[str, Tree]) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of arguments by place and by name."""
    return [given_value(each) for each in arguments], {name: given_value(each) for name, each in named.items()}


def given_value(tree: Tree) -> Any:
    """Return the value of an argument: `$tuple`, `$set`, `$code` and `$file` stand for what JSON does not have."""
    if isinstance(tree, np.ndarray):
        return tree.copy()
    if isinstance(tree, list):
        return [given_value(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if "$tuple" in tree:
        return tuple(given_value(each) for each in tree["$tuple"])
    if "$set" in tree:
        return {given_value(each) for each in tree["$set"]}
    if "$code" in tree:
        return _compiled(tree["$code"])
    if "$file" in tree:
        return _staged(*tree["$file"])
    if "$dict" in tree:
        return {given_value(key): given_value(each) for key, each in tree["$dict"]}
    return {key: given_value(each) for key, each in tree.items()}


def _compiled(code: str) -> Any:
    """Return a function of ours, an expression that may use `np` and `math`."""
    return eval(code, {"np": np, "math": math})


def _staged(name: str, content: Any) -> str:
    """Write a file into a folder of its own; return its path."""
    path = Path(tempfile.mkdtemp()) / name
    path.write_bytes(np.asarray(content, np.uint8).tobytes())
    return str(path)


def described(value: Any) -> Tree:
    """Return a value with its type: `{"kind", …}`, see `_Telling`."""
    return _Telling().of(value, 0)


class _Telling:
    """Tells of one value, up to `MAX_ITEMS` parts of it."""

    def __init__(self) -> None:
        self.told = 0

    def of(self, value: Any, depth: int) -> Tree:
        """Return what a value is: kinds are none, bool, int, float, text, array, list, tuple, set, dict, iterator, object."""
        self.told += 1
        if self.told > MAX_ITEMS or depth > 12:
            return {"kind": "more"}
        if value is None or type(value) in (bool, str):
            return {"kind": {type(None): "none", bool: "bool", str: "text"}[type(value)], "value": value}
        if type(value) is int:
            return {"kind": "int", "value": value if abs(value) < MAX_INT else str(value)}
        if type(value) is float:
            return {"kind": "float", "value": value}
        if (array := array_of(value)) is not None:
            return self._array(array, depth)
        if isinstance(value, (list, tuple)):
            kind = "tuple" if isinstance(value, tuple) else "list"
            if len(value) > MANY_NUMBERS and all(type(each) in (int, float) for each in value):
                with contextlib.suppress(OverflowError):
                    return {"kind": kind, "length": len(value), "numbers": np.array(value[:MAX_ITEMS], np.float64)}
            return {
                "kind": kind,
                "length": len(value),
                "items": [self.of(each, depth + 1) for each in value[:MAX_ITEMS]],
            }
        if isinstance(value, (set, frozenset)):
            items = [self.of(each, depth + 1) for each in itertools.islice(value, MAX_ITEMS)]
            return {"kind": "set", "length": len(value), "items": sorted(items, key=repr)}
        if isinstance(value, dict):
            pairs = [
                [self.of(k, depth + 1), self.of(v, depth + 1)] for k, v in itertools.islice(value.items(), MAX_ITEMS)
            ]
            return {"kind": "dict", "length": len(value), "pairs": sorted(pairs, key=lambda pair: repr(pair[0]))}
        if isinstance(value, Iterator):
            items = [self.of(each, depth + 1) for each in itertools.islice(value, MAX_ITEMS)]
            return {"kind": "iterator", "length": len(items), "items": items}
        kind = "function" if callable(value) else "object"
        return {"kind": kind, "class": type(value).__name__[:100]}

    def _array(self, array: np.ndarray[Any, Any], depth: int) -> Tree:
        record: dict[str, Tree] = {"kind": "array", "dtype": str(array.dtype), "shape": list(array.shape)}
        if array.dtype.kind in "biuf":
            wider = array if str(array.dtype) in DTYPES else array.astype(np.float64)
            return {**record, "array": np.array(wider)}
        if array.dtype.kind == "c":
            return {**record, "array": np.stack([array.real, array.imag], axis=-1).astype(np.float64)}
        items = [self.of(each, depth + 1) for each in itertools.islice(array.reshape(-1).tolist(), MAX_ITEMS)]
        return {**record, "items": items}


def array_of(value: Any) -> np.ndarray[Any, Any] | None:
    """Return an array, a NumPy number or a tensor of a framework as an array; None for anything else."""
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    to_numpy: Callable[[], Any] | None = getattr(value, "numpy", None)
    if type(value).__module__.partition(".")[0] in ("paddle", "torch") and callable(to_numpy):
        return np.asarray(to_numpy())
    return None
