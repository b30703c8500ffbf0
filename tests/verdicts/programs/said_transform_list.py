# chapter: reader
# kind: another thing returned
# fails: transform_img.shape, transform_img.values, transform_img.sizes
# says: returned list
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2


def transform_img(img):
    img = cv2.resize(img, (224, 224)).transpose(2, 0, 1)
    return (img / 127.5 - 1).tolist()
