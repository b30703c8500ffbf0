# chapter: lenet_palm
# kind: a name that NumPy 2 does not have
# fails: -
import numpy as np

def auc(scores, labels):
    scores, labels = np.asarray(scores).reshape(-1), np.asarray(labels).reshape(-1)
    steps = np.concatenate([[np.inf], np.unique(scores)[::-1]])
    tpr = [(scores[labels == 1] >= step).mean() for step in steps]
    fpr = [(scores[labels == 0] >= step).mean() for step in steps]
    return float(np.trapz(tpr, fpr))
