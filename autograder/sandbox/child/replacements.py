"""Functions of ours that stand in for the student's, so that one task is tested at a time."""

from __future__ import annotations

from typing import Any

import numpy as np


def solid_transform(img: Any) -> np.ndarray[Any, Any]:
    """Return float32 [3, 224, 224] in [-1, 1] filled with the mean colour of `img` (uint8 [H, W, 3])."""
    if img is None:
        raise TypeError("transform_img was called with None: the image could not be read")
    colour = np.asarray(img, dtype="float32").reshape(-1, 3).mean(axis=0) / 255.0 * 2.0 - 1.0
    return np.ascontiguousarray(np.broadcast_to(colour[:, None, None], (3, 224, 224)).astype("float32"))


FUNCTIONS = {"solid_transform": solid_transform}
