# chapter: lenet_palm
# kind: a name that NumPy 2 does not have
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def auc(scores, labels):
    scores = np.asfarray(scores).ravel()
    labels = np.asarray(labels).astype(np.int).ravel()
    pos, neg = scores[labels == 1], scores[np.in1d(labels, [0])]
    wins = np.float(0)
    for s in pos:
        wins += np.sum(s > neg) + 0.5 * np.sum(s == neg)
    return wins / np.product([len(pos), len(neg)])
