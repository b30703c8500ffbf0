# chapter: alexnet
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2, numpy as np

def augment(img, rng):
    side = int(np.ceil(224 * np.sqrt(rng.uniform(0.8, 1.0))))
    y, x = rng.integers(0, 225 - side), rng.integers(0, 225 - side)
    channels = [cv2.resize(np.ascontiguousarray(c[y : y + side, x : x + side]), (224, 224)) for c in img]
    out = np.stack(channels)
    if rng.integers(2):
        out = np.flip(out, axis=2)
    return np.clip(out + np.float32(rng.uniform(-0.1, 0.1)), -1, 1).astype(np.float32)
