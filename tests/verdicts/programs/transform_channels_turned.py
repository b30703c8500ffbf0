# chapter: reader
# kind: a function in other words
# fails: transform_img.values, transform_img.sizes
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2, numpy as np

def transform_img(img):
    img = cv2.cvtColor(cv2.resize(img, (224, 224)), cv2.COLOR_BGR2RGB)
    return (img.transpose(2, 0, 1) / 255.0 * 2 - 1).astype("float32")
