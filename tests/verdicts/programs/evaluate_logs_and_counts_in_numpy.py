# chapter: lenet
# kind: logging and NumPy
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


import logging

log = logging.getLogger(__name__)

def evaluate(model, loader):
    was = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
            total += F.cross_entropy(logits, labels).item() * len(images)
            right += int(np.sum(np.argmax(logits.numpy(), 1) == labels.numpy().ravel()))
            count += len(images)
    log.info("%d of %d", right, count)
    if was:
        model.train()
    return right / count, total / count
