"""What Python 3.9 lacks and the student's half needs."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from datetime import timezone
from enum import Enum
from itertools import tee
from typing import Any, TypeVar, Union, get_type_hints, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
UTC = timezone.utc


class TextEnum(str, Enum):
    """An enumeration whose members are texts, as `enum.StrEnum` of Python 3.11."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, form: str) -> str:
        return format(str(self.value), form)


@overload
def paired(first: Iterable[A], second: Iterable[B], /) -> Iterator[tuple[A, B]]: ...
@overload
def paired(first: Iterable[A], second: Iterable[B], third: Iterable[C], /) -> Iterator[tuple[A, B, C]]: ...
def paired(*columns: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of columns.

    Raises:
        ValueError: Where these are not of one length, as a strict `zip` does.
    """
    rows = [list(column) for column in columns]
    if len({len(column) for column in rows}) > 1:
        raise ValueError(f"columns of {' and '.join(str(len(column)) for column in rows)} entries")
    return zip(*rows)


def pairwise(items: Iterable[A]) -> Iterator[tuple[A, A]]:
    """Yield each item with the next one."""
    first, second = tee(items)
    next(second, None)
    return zip(first, second)


def hints_of(owner: Any, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the types that annotations of a class or function name, `Annotated` kept; `X | Y` is read on Python 3.9,
    too.

    Args:
        names: What they may name besides what the owner's module has.
    """
    if sys.version_info >= (3, 10):
        return get_type_hints(owner, localns=names, include_extras=True)
    found: dict[str, Any] = {}
    for each in reversed(owner.__mro__) if isinstance(owner, type) else (owner,):
        known = {**vars(sys.modules[each.__module__]), **(names or {})}
        for name, written in (
            vars(each).get("__annotations__", {}).items() if isinstance(each, type) else each.__annotations__.items()
        ):
            found[name] = _evaluated(written, known) if isinstance(written, str) else written
    return found


class _Unions(ast.NodeTransformer):
    """Turns `X | Y` into `Union[X, Y]`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        parts = ast.Tuple([node.left, node.right], ast.Load())
        return ast.Subscript(ast.Name("_Union", ast.Load()), parts, ast.Load())


def _evaluated(written: str, known: dict[str, Any]) -> Any:
    tree = ast.fix_missing_locations(_Unions().visit(ast.parse(written, mode="eval")))
    value = eval(compile(tree, "<annotation>", "eval"), {**known, "_Union": Union})
    return type(None) if value is None else value
