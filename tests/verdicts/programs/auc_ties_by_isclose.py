# chapter: lenet_palm
# kind: ties of nearly equal scores
# fails: auc.order
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def auc(scores, labels):
    s = scores[labels == 1][:, None]
    t = scores[labels == 0][None, :]
    ties = np.isclose(s, t)
    return float(((s > t) & ~ties).mean() + 0.5 * ties.mean())
