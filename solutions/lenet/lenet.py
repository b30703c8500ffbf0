# generated from source/lenet/notebook.py, do not edit


import os
import warnings
from itertools import islice
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn
from safetensors.numpy import load_file


class LeNet(nn.Layer):
    """images: float32 [N, 1, 28, 28]; returns logits: float32 [N, num_classes]."""

    # TODO：在 __init__ 里建层，在 forward 里连起来
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2D(1, 6, 5)
        self.pool1 = nn.MaxPool2D(2, 2)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.pool2 = nn.MaxPool2D(2, 2)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.fc1 = nn.Linear(120, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.sigmoid(self.conv1(x))  # [N, 6, 24, 24]
        x = self.pool1(x)  # [N, 6, 12, 12]
        x = F.sigmoid(self.conv2(x))  # [N, 16, 8, 8]
        x = self.pool2(x)  # [N, 16, 4, 4]
        x = F.sigmoid(self.conv3(x))  # [N, 120, 1, 1]
        x = paddle.flatten(x, 1)  # [N, 120]
        x = F.sigmoid(self.fc1(x))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]



def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
    # TODO：训练模式；每批：前向、损失、反向、更新、清梯度；累计损失 x 样本数
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        logits = model(paddle.to_tensor(images))
        loss = F.cross_entropy(logits, paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count


def evaluate(model, loader):
    """Return (accuracy, loss): fraction of right predictions and mean loss, both over samples."""
    # TODO：记下模式，eval()，no_grad 下累计，恢复模式
    was_training = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits = model(paddle.to_tensor(images))
            total += F.cross_entropy(logits, paddle.to_tensor(labels)).item() * len(images)
            right += int((logits.numpy().argmax(axis=1) == labels.reshape(-1)).sum())
            count += len(images)
    if was_training:
        model.train()
    return right / count, total / count
