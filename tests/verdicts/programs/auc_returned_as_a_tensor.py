# chapter: lenet_palm
# kind: another thing returned
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


def auc(scores, labels):
    s = paddle.to_tensor(scores[labels == 1]).unsqueeze(1)
    t = paddle.to_tensor(scores[labels == 0])
    return ((s > t).astype("float32") + (s == t).astype("float32") / 2).mean()
