"""What a `Call` calls with: values as they are written, and pieces that are drawn from the check's seed.

Numbers, texts, booleans, None, lists and dicts stand for themselves. Everything else is one of the functions below; each
returns JSON values, which `made` turns into arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

Tree = Any
KIND = "$"
SHOWN_VALUES = 6  # an array with more is shown by its shape
MAX_LENGTH = 60
DRAWN = frozenset(("normal", "uniform", "integers", "permutation", "choice"))


def array(values: Any, dtype: str = "float64") -> Tree:
    """Return an array with these values."""
    return {KIND: "array", "values": np.asarray(values).tolist(), "dtype": dtype}


def normal(*shape: int, mean: float = 0.0, std: float = 1.0, dtype: str = "float64", name: str = "") -> Tree:
    """Return an array drawn from a normal distribution, one number without a shape.

    Args:
        name: For `same`.
    """
    return {KIND: "normal", "shape": list(shape), "mean": mean, "std": std, "dtype": dtype, "name": name}


def uniform(*shape: int, low: float = 0.0, high: float = 1.0, dtype: str = "float64", name: str = "") -> Tree:
    """Return an array drawn evenly from `low` to `high`, one number without a shape."""
    return {KIND: "uniform", "shape": list(shape), "low": low, "high": high, "dtype": dtype, "name": name}


def integers(*shape: int, low: int = 0, high: int, dtype: str = "int64", name: str = "") -> Tree:
    """Return an array of whole numbers from `low` up to `high` - 1, one number without a shape."""
    return {KIND: "integers", "shape": list(shape), "low": low, "high": high, "dtype": dtype, "name": name}


def permutation(count: int, name: str = "") -> Tree:
    """Return the numbers from 0 to `count` - 1 in random order, int64 [count]."""
    return {KIND: "permutation", "count": count, "name": name}


def choice(*options: Any, name: str = "") -> Tree:
    """Return one of some values."""
    return {KIND: "choice", "options": list(options), "name": name}


def same(name: str) -> Tree:
    """Return the value that an earlier argument of this name was drawn as."""
    return {KIND: "same", "name": name}


def tuple_of(*items: Any) -> Tree:
    """Return a tuple."""
    return {KIND: "tuple", "items": list(items)}


def set_of(*items: Any) -> Tree:
    """Return a set."""
    return {KIND: "set", "items": list(items)}


def file(name: str, content: str | bytes) -> Tree:
    """Return the path of a file with this content, a text in UTF-8."""
    written = content.encode() if isinstance(content, str) else content
    return {KIND: "file", "name": name, "bytes": list(written)}


def code(expression: str) -> Tree:
    """Return a function of ours, such as `lambda x: x ** 2`; it may use `np` and `math`."""
    return {KIND: "code", "code": expression}


def written(value: Any) -> Tree:
    """Return an argument as JSON values: a tuple, a set, bytes and an array as the pieces that stand for them."""
    if isinstance(value, tuple):
        return tuple_of(*map(written, value))
    if isinstance(value, (set, frozenset)):
        return set_of(*map(written, sorted(value, key=repr)))
    if isinstance(value, (np.ndarray, np.generic)):
        return array(value, str(value.dtype))
    if isinstance(value, list):
        return [written(each) for each in value]
    if isinstance(value, dict):
        if all(isinstance(key, str) for key in value):
            return {key: each if key == KIND else written(each) for key, each in value.items()}
        return {KIND: "dict", "pairs": [[written(key), written(each)] for key, each in value.items()]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{value!r} is no argument: write a function as code('lambda x: …'), a file as file(name, content)")


Drawn = dict[str, np.ndarray[Any, Any]]
"""What was drawn for earlier arguments of a call, by name."""


def is_drawn(tree: Tree) -> bool:
    """Return True if a part of some arguments is drawn."""
    if isinstance(tree, Mapping):
        return tree.get(KIND) in DRAWN or any(is_drawn(value) for value in tree.values())
    return isinstance(tree, (list, tuple)) and any(is_drawn(value) for value in tree)


def made(tree: Tree, generator: np.random.Generator, named: Drawn) -> Tree:
    """Return arguments as the box takes them.

    Args:
        named: What was drawn so far, by name.
    """
    if isinstance(tree, (list, tuple)):
        return [made(value, generator, named) for value in tree]
    if not isinstance(tree, Mapping):
        return tree
    if KIND not in tree:
        return {name: made(value, generator, named) for name, value in tree.items()}
    kind = tree[KIND]
    if kind == "same":
        return named[tree["name"]]
    if kind in ("tuple", "set"):
        return {f"${kind}": [made(value, generator, named) for value in tree["items"]]}
    if kind == "dict":
        return {"$dict": made(tree["pairs"], generator, named)}
    if kind == "file":
        return {"$file": [tree["name"], np.array(tree["bytes"], np.uint8)]}
    if kind == "code":
        return {"$code": tree["code"]}
    value = np.array(tree["values"], tree.get("dtype", "float64")) if kind == "array" else _drawn(tree, generator)
    if tree.get("name"):
        named[tree["name"]] = value
    return value


def _drawn(tree: Mapping[str, Any], generator: np.random.Generator) -> Tree:
    kind = tree[KIND]
    if kind == "permutation":
        return generator.permutation(tree["count"]).astype(np.int64)
    if kind == "choice":
        return tree["options"][int(generator.integers(len(tree["options"])))]
    shape, sort = tuple(tree.get("shape", ())), tree.get("dtype", "int64" if kind == "integers" else "float64")
    if kind == "normal":
        value: Any = generator.normal(tree.get("mean", 0.0), tree.get("std", 1.0), shape)
    elif kind == "uniform":
        value = generator.uniform(tree.get("low", 0.0), tree.get("high", 1.0), shape)
    elif kind == "integers":
        value = generator.integers(tree.get("low", 0), tree["high"], shape)
    else:
        raise ValueError(f"there is no argument of kind {kind!r}")
    if not shape:
        return int(value) if kind == "integers" else float(value)
    return value.astype(sort)


def shown(value: Tree) -> str:
    """Return a made argument as a student would write it, a large array by its dtype and shape."""
    if isinstance(value, np.ndarray):
        if value.size > SHOWN_VALUES:
            return f"{value.dtype}{list(value.shape)}"
        return f"array({np.array2string(value, separator=', ', precision=4)})".replace("\n", "")
    if isinstance(value, Mapping):
        if "$code" in value:
            return str(value["$code"])
        if "$file" in value:
            return repr(value["$file"][0])
        if "$dict" in value:
            return _short("{" + ", ".join(f"{shown(key)}: {shown(each)}" for key, each in value["$dict"]) + "}")
        for kind, (begin, end) in {"$tuple": ("(", ")"), "$set": ("{", "}")}.items():
            if kind in value:
                return f"{begin}{', '.join(map(shown, value[kind]))}{end}"
        return _short("{" + ", ".join(f"{name!r}: {shown(each)}" for name, each in value.items()) + "}")
    if isinstance(value, list):
        return _short(f"[{', '.join(map(shown, value))}]")
    return _short(repr(value))


def _short(text: str) -> str:
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 2] + " …"
