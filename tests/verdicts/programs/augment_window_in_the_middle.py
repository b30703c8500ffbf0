# chapter: alexnet
# kind: a window that never moves
# fails: augment.crop
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def augment(img, rng):
    if rng.random() < 0.5:
        img = img[:, :, ::-1]
    side = int(np.ceil(224 * np.sqrt(rng.uniform(0.8, 1))))
    start = (224 - side) // 2
    window = img[:, start : start + side, start : start + side]
    img = cv2.resize(np.ascontiguousarray(window.transpose(1, 2, 0)), (224, 224)).transpose(2, 0, 1)
    return np.clip(img + rng.uniform(-0.1, 0.1), -1, 1).astype("float32")
