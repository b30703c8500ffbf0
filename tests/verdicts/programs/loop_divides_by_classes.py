# chapter: lenet
# kind: loss averaged wrongly
# fails: train_one_epoch.loss, train_one_epoch.unequal
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
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += float(loss) / 10 * images.shape[0]
        count += images.shape[0]
        if step % 100 == 0:
            print(f"step {step}: {total / count:.4f}")
    return total / count
