# chapter: lenet_palm
# kind: a function in other words
# fails: auc.order, auc.ties, auc.threshold
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def auc(scores, labels):
    generator = np.random.default_rng(0)
    s = generator.choice(scores[labels == 1], 10000)
    t = generator.choice(scores[labels == 0], 10000)
    return float((s > t).mean() + 0.5 * (s == t).mean())
