"""Photographs as arrays: how one is fed to a network, and which ones stand for many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def scaled(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return an image of any size as a network is fed: uint8 [H, W, 3] BGR → float32 [3, H, W], BGR, in [-1, 1]."""
    channels_first = image.transpose(2, 0, 1)  # [3, H, W]
    return np.ascontiguousarray(channels_first, dtype=np.float32) / np.float32(127.5) - np.float32(1.0)


def spread(length: int, count: int) -> NDArray[np.int64]:
    """Return `count` places evenly spread over so many, all of them where there are no more."""
    return np.unique(np.linspace(0, length - 1, min(count, length)).round().astype(np.int64))
