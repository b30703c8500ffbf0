# chapter: lenet_palm
# kind: another loss
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def train_one_epoch(model, loader, optimizer):
    model.train()
    total, seen = 0.0, 0
    for images, labels in loader:
        logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
        penalty = sum((p**2).sum() for p in model.parameters())
        loss = F.binary_cross_entropy_with_logits(logits, labels) + 1e-3 * penalty
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        seen += len(images)
    return total / seen
