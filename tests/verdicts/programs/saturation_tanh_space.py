# chapter: lenet_palm
# kind: the share after the activation
# fails: saturation.share, saturation.limits
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def saturation(z, limit):
    return float((np.abs(np.tanh(z)) > limit).mean())
