"""Functions of ours that stand in for the student's, so that one task is tested at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

HEIGHT, WIDTH = 32, 36  # of staged pictures
EDGE = 4  # pixels next to another quarter, into which JPEG lets its colour run
CHANGED = 3.0  # stands for a colour that no picture has


def corner_transform(img: Any) -> np.ndarray[Any, Any]:
    """Return float32 [3, 224, 224] in [-1, 1], whose left half is the mean colour of the upper left quarter of `img`, uint8
    [H, W, 3], and whose right half is grey.

    A flipped picture has another quarter there; of one with other sizes the left half is `CHANGED`.
    """
    if img is None:
        raise TypeError("transform_img was called with None: the image could not be read")
    pixels = np.asarray(img, dtype="float32")
    corner = pixels[: HEIGHT // 2 - EDGE, : WIDTH // 2 - EDGE]
    same = pixels.shape == (HEIGHT, WIDTH, 3)
    colour = corner.reshape(-1, 3).mean(axis=0) / 255.0 * 2.0 - 1.0 if same else np.full(3, CHANGED)
    picture = np.zeros((3, 224, 224), "float32")
    picture[:, :, :112] = colour[:, None, None]
    return picture


FUNCTIONS = {"corner_transform": corner_transform}
