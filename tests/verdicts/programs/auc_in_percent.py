# chapter: lenet_palm
# kind: another scale
# fails: auc.order, auc.ties, auc.threshold
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def auc(scores, labels):
    a, b = scores[labels == 1][:, None], scores[labels == 0][None]
    return 100 * ((a > b) + 0.5 * (a == b)).mean()
