# chapter: alexnet
# kind: figures of the text read otherwise
# fails: augment.crop
import cv2
import numpy as np

def augment(img, rng):
    out = img[:, :, ::-1] if rng.uniform() < 0.5 else img
    side = int(224 * rng.uniform(0.8, 1.0))
    top, left = rng.integers(0, 224 - side + 1), rng.integers(0, 224 - side + 1)
    out = np.ascontiguousarray(out[:, top : top + side, left : left + side].transpose(1, 2, 0))
    out = cv2.resize(out, (224, 224)).transpose(2, 0, 1) + rng.uniform(-0.1, 0.1)
    return np.clip(out, -1, 1).astype("float32")
