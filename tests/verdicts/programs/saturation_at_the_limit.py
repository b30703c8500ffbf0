# chapter: lenet_palm
# kind: the limit itself
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def saturation(z, limit):
    return float(np.mean(np.logical_or(z >= limit, z <= -limit)))
