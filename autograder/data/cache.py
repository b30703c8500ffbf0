"""Arrays that take long to make, each kept in one memory-mapped file whose name follows from what it is made of."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.wording import NO_CACHE, NO_SPACE, NOT_MAPPED


def cached_array(
    file: Path, shape: tuple[int, ...], dtype: type[np.generic], fill: Callable[[NDArray[Any]], None]
) -> np.memmap[Any, Any]:
    """Return the array in `file`, read-only and memory-mapped; where it is not there, `fill` makes it first.

    Args:
        file: Its name changes with what the array is made of, so a file that is there is right.
        shape: Of the array; a file of another shape counts as damaged and is made again.
        dtype: Of its numbers.
        fill: Writes the numbers into the array that it is given.

    Raises:
        DataError: The file cannot be written.
    """
    mapped = _mapped(file, shape, dtype)
    if mapped is None:
        _write(file, shape, dtype, fill)
        mapped = _mapped(file, shape, dtype)
    if mapped is None:
        raise DataError(NOT_MAPPED.format(file=file))
    return mapped


def _mapped(file: Path, shape: tuple[int, ...], dtype: type[np.generic]) -> np.memmap[Any, Any] | None:
    """Return the mapped file, or None when it is absent, cut short or of another shape."""
    try:
        mapped = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if not isinstance(mapped, np.memmap) or mapped.dtype != dtype:
        return None
    return mapped if mapped.shape == shape else None


def _write(file: Path, shape: tuple[int, ...], dtype: type[np.generic], fill: Callable[[NDArray[Any]], None]) -> None:
    """Fill a temporary file, then rename it: a reader never sees half an array."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary_name = tempfile.mkstemp(prefix=".unfinished-", suffix=".npy", dir=file.parent)
    except OSError as error:
        raise DataError(NO_CACHE.format(folder=file.parent, why=error.strerror)) from error
    os.close(handle)
    temporary = Path(temporary_name)
    try:
        target = np.lib.format.open_memmap(temporary, mode="w+", dtype=dtype, shape=shape)
        fill(target)
        target.flush()
        temporary.replace(file)
    except OSError as error:
        raise DataError(NO_SPACE.format(file=file, why=error.strerror)) from error
    finally:
        temporary.unlink(missing_ok=True)
