# chapter: lenet_palm
# kind: another optimizer
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: its step() is never called
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def train_one_epoch(model, loader, optimizer):
    model.train()
    optimizer = paddle.optimizer.Momentum(learning_rate=0.001, momentum=0.9, parameters=model.parameters())
    total = count = 0
    for images, labels in loader:
        loss = F.binary_cross_entropy_with_logits(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
