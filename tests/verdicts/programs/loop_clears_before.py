# chapter: lenet
# kind: gradients cleared first
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for step, (images, labels) in enumerate(loader, 1):
        logits = model(paddle.to_tensor(images))
        loss = F.cross_entropy(logits, paddle.to_tensor(labels))
        optimizer.clear_grad()
        loss.backward()
        optimizer.step()
        total += float(loss) * images.shape[0]
        count += images.shape[0]
        if step % 100 == 0:
            print(f"step {step}: {total / count:.4f}")
    return total / count
