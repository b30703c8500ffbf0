# chapter: alexnet
# kind: H and W mixed up
# fails: augment.form, augment.random, augment.flip, augment.crop, augment.brightness
# says: OpenCV cannot use such an array
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def augment(img, rng):
    h, w, c = img.shape
    s = int(np.sqrt(rng.uniform(0.8, 1)) * h)
    y = rng.integers(0, h - s + 1)
    img = cv2.resize(img[y:y + s, y:y + s], (w, h))
    return img
