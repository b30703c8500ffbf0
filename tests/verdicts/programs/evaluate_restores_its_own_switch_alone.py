# chapter: lenet
# kind: the mode of the network without its layers
# fails: evaluate.mode
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    mode = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
            logits = model(images)
            total += F.cross_entropy(logits, labels, reduction="sum").item()
            right += int((logits.argmax(1) == labels.squeeze(1)).sum())
            count += len(images)
    model.training = mode
    return right / count, total / count
