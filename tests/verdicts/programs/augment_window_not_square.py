# chapter: alexnet
# kind: a window that is no square
# fails: augment.crop
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def augment(img, rng):
    if rng.random() < 0.5:
        img = img[:, :, ::-1]
    h, w = (int(np.ceil(224 * rng.uniform(np.sqrt(0.8), 1))) for _ in range(2))
    top, left = rng.integers(0, 224 - h + 1), rng.integers(0, 224 - w + 1)
    window = img[:, top : top + h, left : left + w]
    img = cv2.resize(np.ascontiguousarray(window.transpose(1, 2, 0)), (224, 224)).transpose(2, 0, 1)
    return np.clip(img + rng.uniform(-0.1, 0.1), -1, 1).astype("float32")
