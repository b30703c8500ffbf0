# chapter: lenet_palm
# kind: a curve of fixed thresholds
# fails: auc.order, auc.ties, auc.threshold
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def auc(scores, labels):
    scores, labels = np.asarray(scores, float).ravel(), np.asarray(labels).ravel()
    tpr, fpr = [], []
    for t in np.linspace(scores.max() + 1e-9, scores.min() - 1e-9, 5):
        tpr.append((scores[labels == 1] >= t).mean())
        fpr.append((scores[labels == 0] >= t).mean())
    return float(np.trapezoid(tpr, fpr))
