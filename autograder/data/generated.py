"""Stand-ins for data that is not at hand: drawn or computed by a data set's class, in the layout of the real set.

A set is written into a temporary folder and renamed when it is whole; its marker file `generated.json` holds the
parameters, so a second call returns at once.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from autograder.data.errors import DataError
from autograder.data.location import GENERATED_MARKER
from autograder.data.wording import NOT_GENERATED, NOT_WRITTEN

Drawn = TypeVar("Drawn")


def for_each(draw: Callable[[int], Drawn], numbers: Iterable[int]) -> list[Drawn]:
    """Return what `draw` gives for each number, in order; every number has a random stream of its own."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        return list(threads.map(draw, numbers))


def refuse_small(smallest: int, least: int, what: str) -> None:
    """Raise ValueError where a part of a set would be too small."""
    if smallest < least:
        raise ValueError(f"at least {least} {what} are needed, got {smallest}")


def written_once(target: Path, parameters: dict[str, str | int], write: Callable[[Path], None]) -> Path:
    """Return `target` as `write` makes it; nothing is done when its marker already has these parameters.

    Args:
        parameters: All that the content follows from, a version of what makes it included.

    Raises:
        DataError: Where `target` holds something that was not generated, or cannot be written.
    """
    marker = json.dumps(parameters, sort_keys=True) + "\n"
    if _marker_of(target) == marker:
        return target
    if target.exists() and _marker_of(target) is None:
        raise DataError(NOT_GENERATED.format(folder=target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            write(fresh)
            (fresh / GENERATED_MARKER).write_text(marker, encoding="utf-8")
            _swap_in(fresh, target, marker)
    except OSError as error:
        raise DataError(NOT_WRITTEN.format(place=target, why=error.strerror)) from error
    return target


def _swap_in(fresh: Path, target: Path, marker: str) -> None:
    """Rename `fresh` to `target`; another process may have done the same meanwhile, and that is as good."""
    if target.exists() and _marker_of(target) != marker:
        old = fresh.with_name("old")
        target.rename(old)
        shutil.rmtree(old)
    try:
        fresh.rename(target)
    except OSError:
        if _marker_of(target) != marker:
            raise


def _marker_of(target: Path) -> str | None:
    try:
        return (target / GENERATED_MARKER).read_text(encoding="utf-8")
    except OSError:
        return None
