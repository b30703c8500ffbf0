"""The photographs decoded, kept in one memory-mapped file per state of the data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.data.cache import cached_array

from .folders import PalmFolders
from .photographs import IMAGE_SIZE, LabelledImage, Split, images_of, load_images

CACHE_FORMAT = 1  # part of the key: raise it when decoding changes
BATCH = 64


def cached_images(
    folders: PalmFolders, split: Split, cache_folder: Path
) -> tuple[np.memmap[Any, Any], NDArray[np.int64]]:
    """Return the images and labels of a split: read-only memmap uint8 [N, 224, 224, 3] BGR in [0, 255], int64 [N].

    The training images are those of `training_images`, leaked ones left out. The first call decodes them into
    `cache_folder` (about 60 MB for 400); later calls map that file. The key covers the names, sizes and modification
    times of the images, so a changed folder gets a new file. Raises DataError when the cache cannot be written.
    """
    return cached_list(images_of(folders, split), split, cache_folder)


def cached_list(
    images: Sequence[LabelledImage], split: Split, cache_folder: Path
) -> tuple[np.memmap[Any, Any], NDArray[np.int64]]:
    """Return the same of some images of a split, which get a file of their own."""

    def fill(target: NDArray[Any]) -> None:
        for start in range(0, len(images), BATCH):
            batch = images[start : start + BATCH]
            target[start : start + len(batch)] = load_images([image.path for image in batch])

    labels = np.array([image.label for image in images], dtype=np.int64)
    file = cache_folder / f"palm-{split}-{_key(images)}.npy"
    return cached_array(file, (len(images), IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8, fill), labels


def _key(images: Sequence[LabelledImage]) -> str:
    digest = hashlib.sha256(f"{CACHE_FORMAT} {IMAGE_SIZE}".encode())
    for image in images:
        state = image.path.stat()
        digest.update(f"\0{image.path.name}\0{state.st_size}\0{state.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
