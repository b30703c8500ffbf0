# chapter: reader
# kind: an image without channels
# fails: transform_img.shape, transform_img.values, transform_img.sizes
# says: does not name as many axes as the array has
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def transform_img(img):
    img = cv2.cvtColor(img, cv2.COLOR_BGR2GRAY)
    img = cv2.resize(img, (224, 224)).transpose(2, 0, 1)
    return img.astype('float32') / 127.5 - 1
