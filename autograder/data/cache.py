"""Decoded photographs, kept in one memory-mapped file per state of the data folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.location import PalmFolders
from autograder.data.palm import IMAGE_SIZE, LabelledImage, Split, images_of, load_images

CACHE_FORMAT = 1  # part of the key: raise it when decoding changes
BATCH = 64


def cached_images(
    folders: PalmFolders, split: Split, cache_folder: Path
) -> tuple[np.memmap[tuple[int, ...], np.dtype[np.uint8]], NDArray[np.int64]]:
    """Return the images and labels of a split: read-only memmap uint8 [N, 224, 224, 3] BGR in [0, 255], int64 [N].

    The training images are those of `training_images`, leaked ones left out. The first call decodes them into
    `cache_folder` (about 60 MB for 400); later calls map that file. The key covers the names, sizes and modification
    times of the images, so a changed folder gets a new file. Raises DataError when the cache cannot be written.
    """
    return cached_list(images_of(folders, split), split, cache_folder)


def cached_list(
    images: Sequence[LabelledImage], split: Split, cache_folder: Path
) -> tuple[np.memmap[tuple[int, ...], np.dtype[np.uint8]], NDArray[np.int64]]:
    """Return the same of some images of a split, which get a file of their own."""
    labels = np.array([image.label for image in images], dtype=np.int64)
    file = cache_folder / f"palm-{split}-{_key(images)}.npy"
    mapped = _mapped(file, len(images))
    if mapped is None:
        _write(file, images)
        mapped = _mapped(file, len(images))
    if mapped is None:
        raise DataError(f"{file} was written but cannot be mapped; remove it and check the disk")
    return mapped, labels


def _key(images: Sequence[LabelledImage]) -> str:
    digest = hashlib.sha256(f"{CACHE_FORMAT} {IMAGE_SIZE}".encode())
    for image in images:
        state = image.path.stat()
        digest.update(f"\0{image.path.name}\0{state.st_size}\0{state.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def _mapped(file: Path, count: int) -> np.memmap[tuple[int, ...], np.dtype[np.uint8]] | None:
    """Return the mapped cache file, or None when it is absent, cut short or of another shape."""
    try:
        mapped = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if not isinstance(mapped, np.memmap) or mapped.dtype != np.uint8:
        return None
    return mapped if mapped.shape == (count, IMAGE_SIZE, IMAGE_SIZE, 3) else None


def _write(file: Path, images: Sequence[LabelledImage]) -> None:
    """Decode into a temporary file, then rename: a reader never sees half a cache."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary_name = tempfile.mkstemp(prefix=".palm-", suffix=".npy", dir=file.parent)
    except OSError as error:
        raise DataError(
            f"{file.parent} cannot hold the image cache ({error.strerror}); free or choose a disk"
        ) from error
    os.close(handle)
    temporary = Path(temporary_name)
    try:
        shape = (len(images), IMAGE_SIZE, IMAGE_SIZE, 3)
        target = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.uint8, shape=shape)
        for start in range(0, len(images), BATCH):
            batch = images[start : start + BATCH]
            target[start : start + len(batch)] = load_images([image.path for image in batch])
        target.flush()
        temporary.replace(file)
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror}); free some disk space") from error
    finally:
        temporary.unlink(missing_ok=True)
