# chapter: lenet
# kind: eval forgotten
# fails: evaluate.values, evaluate.unequal, evaluate.mode
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def evaluate(model, loader):
    was = model.training
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
            total += F.cross_entropy(logits, labels).item() * len(images)
            right += int((logits.argmax(axis=1).reshape([-1]) == labels.reshape([-1])).sum())
            count += len(images)
    if was:
        model.train()
    return right / count, total / count
