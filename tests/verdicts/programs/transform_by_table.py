# chapter: reader
# kind: a picture in other words
# fails: -
# Right: a table of 256 values, looked up.
import cv2
import numpy as np

TABLE = np.linspace(-1, 1, 256, dtype=np.float32)


def transform_img(img):
    small = cv2.resize(img, dsize=(224, 224), interpolation=cv2.INTER_LINEAR)
    return np.stack([TABLE[channel] for channel in cv2.split(small)])
