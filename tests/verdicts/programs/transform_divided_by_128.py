# chapter: reader
# kind: another scale
# fails: transform_img.values, transform_img.sizes
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def transform_img(img):
    img = cv2.resize(img, (224, 224)).astype("float32")
    return (img.transpose(2, 0, 1) - 128) / 128
