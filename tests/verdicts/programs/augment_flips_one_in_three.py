# chapter: alexnet
# kind: another probability
# fails: augment.flip
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def augment(img, rng):
    if rng.random() < 1 / 3:
        img = img[:, :, ::-1]
    side = int(np.ceil(224 * np.sqrt(rng.uniform(0.8, 1))))
    top, left = rng.integers(0, 224 - side + 1, size=2)
    window = np.ascontiguousarray(img[:, top : top + side, left : left + side].transpose(1, 2, 0))
    img = cv2.resize(window, (224, 224)).transpose(2, 0, 1)
    return np.clip(img + rng.uniform(-0.1, 0.1), -1, 1).astype("float32")
