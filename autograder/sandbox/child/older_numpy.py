"""Names that NumPy 1 had and the installed NumPy has no more: textbooks and answers use them, so they are there in the box."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _in1d(ar1: Any, ar2: Any, *others: Any, **named: Any) -> Any:
    return np.isin(np.ravel(ar1), ar2, *others, **named)


def _asfarray(a: Any, dtype: Any = np.float64) -> Any:
    return np.asarray(a, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def _names() -> dict[str, Any]:
    """Return what each name stood for."""
    types: dict[str, Any] = {"float": float, "int": int, "object": object, "str": str, "complex": complex, "bool": bool}
    types |= {"unicode": str, "long": int, "float_": np.float64, "complex_": np.complex128, "cfloat": np.complex128}
    types |= {"unicode_": np.str_, "string_": np.bytes_, "int0": np.intp, "uint0": np.uintp, "longfloat": np.longdouble}
    numbers = dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), np.inf)
    numbers |= {"NINF": -np.inf, "NaN": np.nan, "NAN": np.nan, "PZERO": 0.0, "NZERO": -0.0}
    functions: dict[str, Any] = {
        "product": np.prod,
        "cumproduct": np.cumprod,
        "sometrue": np.any,
        "alltrue": np.all,
        "round_": np.round,
        "row_stack": np.vstack,
        "mat": np.asmatrix,
        "trapz": getattr(np, "trapezoid", None),  # in NumPy 1 trapz is there itself
        "in1d": _in1d,
        "asfarray": _asfarray,
        "asscalar": lambda a: a.item(),
        "msort": lambda a: np.sort(a, axis=0),
    }
    return {**types, **numbers, **functions}


NAMES = _names()


def put_back() -> Callable[[], None]:
    """Give NumPy the names that it lacks; return what takes them away again."""
    lacking = [name for name in NAMES if name not in vars(np)]
    for name in lacking:
        setattr(np, name, NAMES[name])

    def undo() -> None:
        for name in lacking:
            delattr(np, name)

    return undo
