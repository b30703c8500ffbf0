# chapter: alexnet
# kind: a function in other words
# fails: augment.flip
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2, numpy as np

def augment(img, rng):
    side = int(np.ceil(224 * np.sqrt(rng.uniform(0.8, 1.0))))
    y, x = rng.integers(0, 225 - side), rng.integers(0, 225 - side)
    out = np.stack([cv2.resize(np.ascontiguousarray(c[y : y + side, x : x + side]), (224, 224)) for c in img])
    if rng.random() < 0.5:
        out = out[:, ::-1, :]
    return np.clip(out + rng.uniform(-0.1, 0.1), -1, 1).astype("float32")
