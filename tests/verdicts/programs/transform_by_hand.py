# chapter: reader
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import cv2, numpy as np

def transform_img(img):
    small = cv2.resize(img, dsize=(224, 224), interpolation=cv2.INTER_LINEAR)
    return np.stack([(small[:, :, c].astype(np.float32) - 127.5) / 127.5 for c in range(3)])
