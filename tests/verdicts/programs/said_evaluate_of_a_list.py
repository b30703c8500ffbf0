# chapter: lenet
# kind: index of a generator
# fails: train_one_epoch.unequal
# says: count the samples in the loop
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for k in range(len(loader)):
        images, labels = loader[k]
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
