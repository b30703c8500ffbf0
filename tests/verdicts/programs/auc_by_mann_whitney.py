# chapter: lenet_palm
# kind: AUC in other words
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def auc(scores, labels):
    scores, labels = np.asarray(scores).reshape(-1), np.asarray(labels).reshape(-1)
    values, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places.reshape(-1)]
    p = int((labels == 1).sum())
    return (ranks[labels == 1].sum() - p * (p + 1) / 2) / (p * (len(labels) - p))
