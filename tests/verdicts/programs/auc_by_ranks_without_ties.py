# chapter: lenet_palm
# kind: a function in other words
# fails: auc.ties
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def auc(scores, labels):
    ranks = np.argsort(np.argsort(scores)) + 1
    p = int((labels == 1).sum())
    n = len(labels) - p
    return float((ranks[labels == 1].sum() - p * (p + 1) / 2) / (p * n))
