# chapter: alexnet
# kind: a function in other words
# fails: -
# Right: steps put together; augment is an object with __call__.
from dataclasses import dataclass, field
from typing import Callable

import cv2
import numpy as np

Step = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass
class Compose:
    steps: list[Step] = field(default_factory=list)

    def __call__(self, img, rng):
        hwc = img.transpose(1, 2, 0)
        for step in self.steps:
            hwc = step(hwc, rng)
        return np.ascontiguousarray(hwc.transpose(2, 0, 1), dtype=np.float32)


def flipped(img, rng):
    return cv2.flip(img, 1) if rng.integers(0, 1, endpoint=True) else img


def cropped(img, rng, least=0.8, most=1.0):
    h, w = img.shape[:2]
    side = int(np.floor(np.sqrt(rng.uniform(least, most) * h * w)))
    y0, x0 = (int(rng.uniform(0, n - side + 1)) for n in (h, w))
    return cv2.resize(img[y0 : y0 + side, x0 : x0 + side], (w, h), interpolation=cv2.INTER_LINEAR)


def brightened(img, rng):
    return np.clip(img + np.float32(rng.uniform(-0.1, 0.1)), -1.0, 1.0)


augment = Compose([flipped, cropped, brightened])
