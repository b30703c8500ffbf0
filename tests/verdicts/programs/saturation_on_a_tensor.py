# chapter: lenet_palm
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def saturation(z, limit):
    z = paddle.to_tensor(z)
    return float((z.abs() > limit).astype("float32").mean())
