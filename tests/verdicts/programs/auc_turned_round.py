# chapter: lenet_palm
# kind: order turned round
# fails: auc.order, auc.ties, auc.threshold
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def auc(scores, labels):
    pos, neg = np.asarray(scores)[np.asarray(labels) == 1], np.asarray(scores)[np.asarray(labels) == 0]
    return float(((pos[:, None] < neg) + 0.5 * (pos[:, None] == neg)).mean())
