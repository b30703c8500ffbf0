# chapter: lenet_palm
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def saturation(z, limit):
    outside = np.logical_or(z > limit, z < -limit)
    return np.count_nonzero(outside) / outside.size
