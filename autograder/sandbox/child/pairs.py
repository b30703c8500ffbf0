"""What a strict `zip` of Python 3.10 does: on a student's machine this runs with Python 3.9, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def paired(first: Iterable[Any], second: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Return the pairs of two columns.

    Raises:
        ValueError: Where these are not of one length.
    """
    a, b = list(first), list(second)
    if len(a) != len(b):
        raise ValueError(f"columns of {len(a)} and {len(b)} entries")
    return zip(a, b)
