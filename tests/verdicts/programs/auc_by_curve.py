# chapter: lenet_palm
# kind: a function in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def auc(scores, labels):
    points = [(0.0, 0.0)]
    for threshold in sorted(set(scores.tolist()), reverse=True):
        chosen = scores >= threshold
        points.append((float((chosen & (labels == 0)).sum() / (labels == 0).sum()), float((chosen & (labels == 1)).sum() / (labels == 1).sum())))
    return sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in zip(points, points[1:]))
