# chapter: lenet
# kind: another device
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def train_one_epoch(model, loader, optimizer):
    place = paddle.CUDAPlace(0) if paddle.is_compiled_with_cuda() else paddle.CPUPlace()
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = paddle.to_tensor(images, place=place), paddle.to_tensor(labels, place=place)
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count
