# chapter: lenet
# kind: the mode kept by a copy
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import copy


def evaluate(model, loader):
    network = copy.deepcopy(model)
    network.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
            logits = network(images)
            total += F.cross_entropy(logits, labels, reduction="sum").item()
            right += int((logits.argmax(1) == labels.squeeze(1)).sum())
            count += len(images)
    return right / count, total / count
