# chapter: lenet_palm
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def auc(scores, labels):
    scores, labels = np.asarray(scores, "float64").ravel(), np.asarray(labels).ravel()
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        ranks[scores == value] = ranks[scores == value].mean()
    p = int((labels == 1).sum())
    n = len(labels) - p
    return float((ranks[labels == 1].sum() - p * (p + 1) / 2) / (p * n))
