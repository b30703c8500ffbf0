# chapter: reader
# kind: a function in other words
# fails: transform_img.shape, transform_img.values, transform_img.sizes
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2

def transform_img(img):
    return cv2.resize(img, (224, 224)).transpose(2, 0, 1) / 127.5 - 1
