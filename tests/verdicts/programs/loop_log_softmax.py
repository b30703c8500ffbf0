# chapter: lenet
# kind: a loop in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def train_one_epoch(model, loader, optimizer):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        log_probability = F.log_softmax(model(paddle.to_tensor(images)), axis=-1)
        loss = F.nll_loss(log_probability, paddle.to_tensor(labels).squeeze(1))
        optimizer.clear_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    return np.average(losses, weights=sizes)
