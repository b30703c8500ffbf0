# chapter: alexnet
# kind: figures of the text read otherwise
# fails: -
import cv2
import numpy as np

def augment(img, rng):
    out = img
    if rng.integers(2):
        out = np.flip(out, axis=2)
    area = 1 - 0.2 * rng.random()
    side = round(224 * area**0.5)
    top, left = (int(rng.integers(224 - side + 1)) for _ in range(2))
    out = np.ascontiguousarray(np.moveaxis(out, 0, -1)[top : top + side, left : left + side])
    out = np.moveaxis(cv2.resize(out, (224, 224)), -1, 0) + np.float32(rng.random() * 0.2 - 0.1)
    return np.minimum(np.maximum(out, -1), 1)
