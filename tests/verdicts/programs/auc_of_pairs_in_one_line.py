# chapter: lenet_palm
# kind: auc in other words
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def auc(scores, labels):
    pos, neg = [s for s, t in zip(scores, labels) if t == 1], [s for s, t in zip(scores, labels) if t == 0]
    return sum((p > n) + 0.5 * (p == n) for p in pos for n in neg) / (len(pos) * len(neg))
