# chapter: alexnet
# kind: steps too many
# fails: augment.brightness
# Wrong: the contrast is changed besides; the text asks for one number that is added.
import cv2
import numpy as np


def augment(img, rng):
    if rng.random() < 0.5:
        img = img[:, :, ::-1]
    side = int(224 * np.sqrt(rng.uniform(0.8, 1.0)))
    top = rng.integers(0, 224 - side + 1)
    left = rng.integers(0, 224 - side + 1)
    window = img[:, top : top + side, left : left + side]
    window = cv2.resize(np.ascontiguousarray(window.transpose(1, 2, 0)), (224, 224)).transpose(2, 0, 1)
    window = window * rng.uniform(0.8, 1.2) + rng.uniform(-0.1, 0.1)
    return np.clip(window, -1, 1).astype("float32")
