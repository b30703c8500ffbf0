# chapter: lenet_palm
# kind: a function in other words
# fails: saturation.share, saturation.limits
import paddle
import paddle.nn.functional as F
from paddle import nn

def saturation(z, limit):
    return float((z > limit).mean())
