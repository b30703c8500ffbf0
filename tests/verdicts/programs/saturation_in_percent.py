# chapter: lenet_palm
# kind: a share in percent
# fails: saturation.share, saturation.limits
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def saturation(z, limit):
    return 100 * float((np.abs(np.asarray(z)) > limit).mean())
