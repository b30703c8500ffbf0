"""Small networks and functions of ours that stand in for the student's, so that one task is tested at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
from paddle import nn


class ProbeNetwork(nn.Layer):
    """Flatten, fc, batch norm, ReLU, dropout, fc; notes mode, gradient switch and batch size of every forward pass.

    Input: float32 [N, inputs] or any shape with as many numbers per sample; output: float32 [N, num_classes].
    """

    def __init__(self, inputs: int, num_classes: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, 12)
        self.norm = nn.BatchNorm1D(12)
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(12, num_classes)
        self.passes: list[list[Any]] = []

    def forward(self, x: Any) -> Any:
        self.passes.append([bool(self.training), bool(paddle.is_grad_enabled()), int(x.shape[0])])
        hidden = nn.functional.relu(self.norm(self.first(paddle.flatten(x, 1))))
        return self.last(self.dropout(hidden))


def solid_transform(img: Any) -> np.ndarray[Any, Any]:
    """Return float32 [3, 224, 224] in [-1, 1] filled with the mean colour of `img` (uint8 [H, W, 3])."""
    if img is None:
        raise TypeError("transform_img was called with None: the image could not be read")
    colour = np.asarray(img, dtype="float32").reshape(-1, 3).mean(axis=0) / 255.0 * 2.0 - 1.0
    return np.ascontiguousarray(np.broadcast_to(colour[:, None, None], (3, 224, 224)).astype("float32"))


FUNCTIONS = {"solid_transform": solid_transform}
