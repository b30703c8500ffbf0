# chapter: reader
# kind: another scale
# fails: transform_img.values, transform_img.sizes
# Wrong: uint8 times 2 wraps around.
import cv2
import numpy as np


def transform_img(img):
    img = cv2.resize(img, (224, 224))
    img = img.transpose(2, 0, 1) * 2 / 255 - 1
    return img.astype("float32")
