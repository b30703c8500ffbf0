# chapter: alexnet
# kind: the input is left as it was
# fails: augment.form
import cv2
import numpy as np

def augment(img, rng):
    if rng.random() < 0.5:
        img[:] = img[:, :, ::-1].copy()
    side = int(np.ceil(224 * np.sqrt(rng.uniform(0.8, 1.0))))
    top, left = rng.integers(0, 224 - side + 1, size=2)
    out = np.ascontiguousarray(img[:, top : top + side, left : left + side].transpose(1, 2, 0))
    out = cv2.resize(out, (224, 224)).transpose(2, 0, 1) + rng.uniform(-0.1, 0.1)
    return np.clip(out, -1, 1).astype("float32")
