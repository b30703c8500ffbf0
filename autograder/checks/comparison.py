"""Compare a value that an answer gave with the reference's, and say where they part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.base import TOO_MANY, Tree, agrees, numbers, sketch
from autograder.portable.older import paired
from autograder.text import Message, Text

SMALL = 64  # values of an array that are kept one by one, see `sketch`
DTYPES = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}
TYPE = Message(
    "compared.type",
    zh="{call} 的返回值{place}是{got}，应为{wanted}。",
    en="{call} returned {got}{place}, expected {wanted}.",
)
VALUE = Message(
    "compared.value",
    zh="{call} 的返回值{place}在 {index} 处是 {got}，应为 {wanted} (允许误差 {within:.2g})。",
    en="{call}: at {index}{place} the result is {got}, expected {wanted} (within {within:.2g}).",
)
VALUES = Message(
    "compared.values",
    zh="{call} 的返回值{place}形状正确，但数值不对 (允许误差：最大值的 {tolerance:.2g})。",
    en="{call} returned the right shape{place}, but other values (within {tolerance:.2g} of the largest).",
)
NUMBER = Message(
    "compared.number",
    zh="{call} 的返回值{place}是 {got}，应为 {wanted} (允许误差 {within:.2g})。",
    en="{call} returned {got}{place}, expected {wanted} (within {within:.2g}).",
)
KEYS = Message(
    "compared.keys",
    zh="{call} 返回的字典{place}的键是 {got}，应为 {wanted}。",
    en="{call} returned a dict{place} with the keys {got}, expected {wanted}.",
)
PLACE = Message("compared.place", zh="中的 {path} ", en=" in {path}")
ARRAY = Message("compared.array", zh="形状 {shape} 的 {dtype} 数组", en="an array of {dtype}, shape {shape}")
LIST = Message("compared.list", zh="长度为 {length} 的 {kind}", en="a {kind} of length {length}")
OBJECT = Message("compared.object", zh="一个 {name} 对象", en="an object of class {name}")
FUNCTION = Text(zh="一个函数", en="a function")
NOWHERE = Text(zh="", en="")


def seen_of(told: Tree, dtype: str, exact: bool) -> Tree:
    """Return what the box told of a value (`child.calls.described`) as an observation.

    Args:
        dtype: `exact`, `kind` (float, int, bool) or `any`.
        exact: Tell tuples from lists, and NumPy's numbers from Python's.
    """
    kind = str(told["kind"])
    if kind == "array":
        return _array(told, dtype, exact)
    if kind == "float":
        return {"kind": kind, "value": numbers([told["value"]])[0]}
    if kind in ("int", "bool", "text", "none"):
        return {"kind": kind, "value": told["value"]}
    named = "list" if kind == "tuple" and not exact else kind
    if "numbers" in told:
        return {"kind": named, "length": told["length"], "values": sketch(told["numbers"])["values"]}
    if "items" in told:
        return {"kind": named, "length": told["length"], "items": [seen_of(one, dtype, exact) for one in told["items"]]}
    if "pairs" in told:
        pairs = [[seen_of(key, dtype, exact), seen_of(one, dtype, exact)] for key, one in told["pairs"]]
        return {"kind": named, "length": told["length"], "pairs": pairs}
    return {"kind": named, "class": str(told.get("class", ""))}


def _array(told: Tree, dtype: str, exact: bool) -> Tree:
    sort = np.dtype(told["dtype"]).kind if "array" in told else "O"
    named = {"exact": str(told["dtype"]), "kind": DTYPES.get(sort, "object"), "any": ""}[dtype]
    if "array" not in told:
        items = [seen_of(one, dtype, exact) for one in told["items"]]
        return {"kind": "array", "dtype": named, "shape": list(told["shape"]), "items": items}
    if told["shape"] == [] and not exact and sort in "biuf":
        value = told["array"].item()
        return seen_of({"kind": DTYPES[sort], "value": bool(value) if sort == "b" else value}, dtype, exact)
    return {"kind": "array", "dtype": named, "shape": list(told["shape"]), "values": sketch(told["array"])["values"]}


@dataclass(frozen=True)
class Comparison:
    """Says in what a call's result differs.

    Attributes:
        tolerance: Relative to the largest expected value.
        absolute: On top of it.
    """

    call: str
    tolerance: float
    absolute: float = 0.0

    def difference(self, got: Tree, wanted: Tree, path: str = "") -> Text | None:
        """Return the first difference, None where there is none.

        Args:
            path: Where in the result this is, such as `[0]`.
        """
        place = PLACE(path=path) if path else NOWHERE
        if self._numeric(got) and self._numeric(wanted):
            return self._number(got["value"], wanted["value"], place)
        form = ("kind", "dtype", "shape", "class")
        if any(got.get(key) != wanted.get(key) for key in form) or got.get("length") != wanted.get("length"):
            if got.get("kind") == wanted.get("kind") == "dict":
                return KEYS(call=self.call, place=place, got=_keys(got), wanted=_keys(wanted))
            return TYPE(call=self.call, place=place, got=brief(got), wanted=brief(wanted))
        if "values" in wanted:
            return self._values(got, wanted, place)
        if "pairs" in wanted:
            if _keys(got) != _keys(wanted):
                return KEYS(call=self.call, place=place, got=_keys(got), wanted=_keys(wanted))
            return self._first(
                zip(_keys(wanted), paired(*([pair[1] for pair in one["pairs"]] for one in (got, wanted)))), path
            )
        if "items" in wanted:
            return self._first(enumerate(paired(got["items"], wanted["items"])), path)
        same = got.get("value") == wanted.get("value") and type(got.get("value")) is type(wanted.get("value"))
        return None if same else TYPE(call=self.call, place=place, got=brief(got), wanted=brief(wanted))

    def _first(self, parts: Iterator[tuple[Any, tuple[Tree, Tree]]], path: str) -> Text | None:
        """Return the first difference of the parts of a list or dict."""
        return next((said for key, (a, b) in parts if (said := self.difference(a, b, f"{path}[{key}]"))), None)

    @staticmethod
    def _numeric(one: Tree) -> bool:
        return one.get("kind") in ("int", "float") and type(one.get("value")) in (int, float)

    def _within(self, wanted: list[float]) -> float:
        return self.tolerance * max(1e-6, *map(abs, wanted)) + self.absolute

    def _number(self, got: float, wanted: float, place: Text) -> Text | None:
        within = self._within([wanted])
        if agrees([got], [wanted], 0.0) or abs(got - wanted) <= within:
            return None
        return NUMBER(call=self.call, place=place, got=_plain(got), wanted=_plain(wanted), within=within)

    def _values(self, got: Tree, wanted: Tree, place: Text) -> Text | None:
        ours, theirs = wanted["values"], got["values"]
        within = self._within(ours) if ours else 0.0
        apart = [n for n, (a, b) in enumerate(paired(theirs, ours)) if not (a == b or abs(a - b) <= within)]
        if not apart:
            return None
        shape = wanted.get("shape", [wanted.get("length", len(ours))])
        if int(np.prod(shape)) > SMALL or len(ours) != int(np.prod(shape)):
            return VALUES(call=self.call, place=place, tolerance=self.tolerance)
        index = [int(each) for each in np.unravel_index(apart[0], shape)]
        a, b = _plain(theirs[apart[0]]), _plain(ours[apart[0]])
        return VALUE(call=self.call, place=place, index=str(index), got=a, wanted=b, within=within)


def _keys(one: Tree) -> list[str]:
    return [repr(pair[0].get("value")) for pair in one["pairs"]][:20]


def _plain(value: float) -> str:
    return "NaN/inf" if abs(value) >= TOO_MANY else f"{value:.7g}"


def brief(one: Tree) -> Text | str:
    """Return a value in a few words."""
    kind = one["kind"]
    if kind == "array":
        return ARRAY(dtype=one["dtype"] or "…", shape=str(one["shape"]))
    if kind == "float":
        return _plain(one["value"])
    if kind in ("int", "bool", "text", "none"):
        return repr(one["value"])[:100]
    if kind == "function":
        return FUNCTION
    return (
        LIST(kind=kind, length=one["length"]) if "length" in one else OBJECT(name=str(one.get("class") or kind)[:100])
    )
