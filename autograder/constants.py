"""The numbers that differ from student to student, while one of a chapter's variants is at work. They stand in chapter.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Optional

Values = Mapping[str, Any]
"""The numbers of one variant by the names of the constants; a number, or a tuple of numbers and tuples."""
_AT_WORK: ContextVar[Optional[Values]] = ContextVar("constants", default=None)


class NoConstants(LookupError):
    """`constants()` in a chapter without variants."""


def constants(otherwise: Values | None = None) -> Values:
    """Return the values of the variant that is at work, by name: for a chapter's checks.py and architecture.py.

    Args:
        otherwise: Those where none is at work; without them that raises NoConstants.
    """
    found = _AT_WORK.get() or otherwise
    if found is None:
        raise NoConstants("constants() needs `variants:` in chapter.yml")
    return found


@contextmanager
def constants_are(values: Values) -> Iterator[None]:
    """Let `constants()` return these within the block, where there are some."""
    if not values:
        yield
        return
    before = _AT_WORK.set(values)
    try:
        yield
    finally:
        _AT_WORK.reset(before)


def written_out(text: str, values: Values) -> str:
    """Return code in which numbers stand for the names of constants."""
    if not values:
        return text
    names = "|".join(map(re.escape, values))
    return re.sub(rf"\b(?:{names})\b", lambda found: repr(values[found[0]]), text)


def frozen(value: Any) -> Any:
    """Return a value with tuples for lists, at any depth."""
    return tuple(map(frozen, value)) if isinstance(value, (list, tuple)) else value
