# chapter: lenet
# kind: images not made a tensor
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: convert it with paddle.to_tensor(…) first
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        labels = paddle.to_tensor(labels)
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
