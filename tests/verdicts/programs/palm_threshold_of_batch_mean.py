# chapter: lenet_palm
# kind: another threshold
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
            total += F.binary_cross_entropy_with_logits(logits, labels, reduction="sum").item()
            right += int(((logits > logits.mean()).astype('float32') == labels).sum())
            count += len(images)
    model.train() if mode else model.eval()
    return right / count, total / count
