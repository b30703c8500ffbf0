# chapter: lenet_palm
# kind: accuracy of another kind
# fails: evaluate.values, evaluate.unequal
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def evaluate(model, loader):
    was_training = model.training
    model.eval()
    hits, sizes, loss = [0, 0], [0, 0], 0.0
    with paddle.no_grad():
        for images, labels in loader:
            z = model(paddle.to_tensor(images))
            loss += F.binary_cross_entropy_with_logits(z, paddle.to_tensor(labels), reduction="sum").item()
            said = z.numpy() > 0
            for k in (0, 1):
                hits[k] += int((said[labels == k] == k).sum())
                sizes[k] += int((labels == k).sum())
    if was_training:
        model.train()
    shares = [h / s for h, s in zip(hits, sizes) if s]
    return sum(shares) / len(shares), loss / sum(sizes)
