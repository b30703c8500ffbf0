# chapter: lenet_palm
# kind: labels of another shape
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: both need the same shape
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        logits = model(images)
        loss = F.binary_cross_entropy_with_logits(logits, labels.flatten())
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
