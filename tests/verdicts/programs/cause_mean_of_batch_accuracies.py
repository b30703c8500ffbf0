# chapter: lenet
# kind: mean of batch means
# fails: evaluate.unequal
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def evaluate(model, loader):
    before = model.training
    model.eval()
    accuracies, total, count = [], 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits = model(paddle.to_tensor(images))
            accuracies.append((logits.numpy().argmax(1) == labels[:, 0]).mean())
            total += float(F.cross_entropy(logits, paddle.to_tensor(labels))) * len(labels)
            count += len(labels)
    model.train() if before else model.eval()
    return np.mean(accuracies), total / count
