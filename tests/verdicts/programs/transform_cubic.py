# chapter: reader
# kind: another way of resizing
# fails: transform_img.values, transform_img.sizes
# Wrong: the text asks for bilinear interpolation.
import cv2
import numpy as np


def transform_img(img):
    img = cv2.resize(img, (224, 224), interpolation=cv2.INTER_CUBIC)
    return img.transpose(2, 0, 1).astype("float32") / 127.5 - 1.0
