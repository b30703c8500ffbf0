# chapter: lenet_palm
# kind: an attribute that is not there
# fails: saturation.share, saturation.limits
# says: such as np.abs(z)
# never: misspelt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def saturation(z, limit):
    return (z.abs() > limit).mean()
