# chapter: lenet
# kind: the mean in other words
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        losses.append(loss.item())
        sizes.append(images.shape[0])
    return np.average(losses, weights=sizes)
