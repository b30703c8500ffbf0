# chapter: lenet
# kind: accuracy along the samples
# fails: evaluate.values, evaluate.unequal
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
            right += int((logits.argmax(0)[:1] == labels.squeeze(1)).sum())
            count += len(images)
    model.train() if mode else model.eval()
    return right / count, total / count
