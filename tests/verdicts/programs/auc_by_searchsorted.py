# chapter: lenet_palm
# kind: AUC in other words
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def auc(scores, labels):
    negatives = np.sort(scores[labels == 0])
    positives = scores[labels == 1]
    below = np.searchsorted(negatives, positives, side="left")
    up_to = np.searchsorted(negatives, positives, side="right")
    return (below + up_to).sum() / (2 * len(positives) * len(negatives))
