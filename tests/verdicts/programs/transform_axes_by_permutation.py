# chapter: reader
# kind: axes swapped
# fails: transform_img.values, transform_img.sizes
# never: .T
# Wrong: (2, 1, 0) exchanges height and width, too.
import cv2
import numpy as np


def transform_img(img):
    img = cv2.resize(img, (224, 224))
    img = np.transpose(img, (2, 1, 0))
    return img.astype("float32") / 127.5 - 1.0
