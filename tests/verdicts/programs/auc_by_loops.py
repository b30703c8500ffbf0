# chapter: lenet_palm
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def auc(scores, labels):
    pairs = better = 0
    for a, label_a in zip(scores, labels):
        for b, label_b in zip(scores, labels):
            if label_a == 1 and label_b == 0:
                pairs += 1
                better += 1 if a > b else 0.5 if a == b else 0
    return better / pairs
