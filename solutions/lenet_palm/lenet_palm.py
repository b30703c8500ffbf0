# generated from source/lenet_palm/notebook.py, do not edit


import os
import warnings
from collections import Counter
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    """images: float32 [N, 3, PHOTO_SIDE, PHOTO_SIDE]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        # TODO：建层；第一个全连接层有多少输入？
        self.conv1 = nn.Conv2D(3, 6, 5)
        self.pool1 = nn.MaxPool2D(2, 2)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.pool2 = nn.MaxPool2D(2, 2)
        self.conv3 = nn.Conv2D(16, 120, 4)
        k = 120 * (((224 - 4) // 2 - 4) // 2 - 3) ** 2  # 300000 where the side is 224
        self.fc1 = nn.Linear(k, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        # TODO：把层连起来，在注释里写下每一步的形状
        x = F.sigmoid(self.conv1(x))  # [N, 6, 220, 220] where the side is 224
        x = self.pool1(x)  # [N, 6, 110, 110]
        x = F.sigmoid(self.conv2(x))  # [N, 16, 106, 106]
        x = self.pool2(x)  # [N, 16, 53, 53]
        x = F.sigmoid(self.conv3(x))  # [N, 120, 50, 50]
        x = paddle.flatten(x, 1)  # [N, k]
        x = F.sigmoid(self.fc1(x))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]


def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
    # TODO：训练模式；每批：前向、损失、反向、更新、清梯度；累计损失 x 样本数
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        logits = model(paddle.to_tensor(images))
        loss = F.binary_cross_entropy_with_logits(logits, paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count


def evaluate(model, loader):
    """Return (accuracy, loss): fraction of right predictions and mean loss, both over samples."""
    # TODO：记下模式，eval()，no_grad 下累计，恢复模式；阈值是多少？
    was_training = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits = model(paddle.to_tensor(images))
            total += F.binary_cross_entropy_with_logits(logits, paddle.to_tensor(labels)).item() * len(images)
            predicted = logits.numpy() > 0  # probability above 0.5
            right += int((predicted == (labels > 0.5)).sum())
            count += len(images)
    if was_training:
        model.train()
    return right / count, total / count


def auc(scores, labels):
    """Return the fraction of pairs (label 1, label 0) in which label 1 has the higher score; ties count half."""
    # TODO：scores[labels == 1] 和 scores[labels == 0] 两两相比
    with_pm, without = scores[labels == 1][:, None], scores[labels == 0]  # [P, 1] and [Q]
    return (with_pm > without).mean() + (with_pm == without).mean() / 2


class LeNetWith(nn.Layer):
    """images: float32 [N, 3, side, side]; returns logits: float32 [N, num_classes]."""

    # TODO：__init__(self, activation, side, num_classes=1) 和 forward(self, x)
    def __init__(self, activation, side, num_classes=1):
        super().__init__()
        self.activate = {"sigmoid": F.sigmoid, "tanh": F.tanh, "relu": F.relu}[activation]
        self.conv1 = nn.Conv2D(3, 6, 5)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.pool = nn.MaxPool2D(2, 2)
        last = ((side - 4) // 2 - 4) // 2 - 3  # side after conv3
        self.fc1 = nn.Linear(120 * last * last, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.pool(self.activate(self.conv1(x)))  # [N, 6, h, h] with h = (side - 4) // 2
        x = self.pool(self.activate(self.conv2(x)))  # [N, 16, h, h] with h = (h - 4) // 2
        x = paddle.flatten(self.activate(self.conv3(x)), 1)  # [N, 120 * last * last]
        return self.fc2(self.activate(self.fc1(x)))  # [N, num_classes]



def saturation(z, limit):
    """Return the fraction of all numbers in z that lie beyond the limit on either side, 0..1."""
    # TODO：一行就够
    return (abs(z) > limit).mean()


# TODO：每个网络写 "学会" 或 "停住"，再写一句理由，例如 {"sigmoid 28": "...", ..., "why": "..."}
predictions = {
    "sigmoid 28": "stays",
    "tanh 28": "learns",
    "relu 28": "learns",
    "sigmoid 56": "stays",
    "tanh 56": "stays",
    "relu 56": "learns",
    "why": "sigmoid has a small slope; tanh saturates where there are more inputs; relu does not",
}


class LeNetReLU(LeNet):
    """The layers of LeNet with ReLU; images: float32 [N, 3, PHOTO_SIDE, PHOTO_SIDE]; returns logits: float32 [N, num_classes]."""

    # TODO：重写 forward，在四处用 ReLU
    def forward(self, x):
        x = self.pool1(F.relu(self.conv1(x)))  # [N, 6, 110, 110] where the side is 224
        x = self.pool2(F.relu(self.conv2(x)))  # [N, 16, 53, 53]
        x = F.relu(self.conv3(x))  # [N, 120, 50, 50]
        x = F.relu(self.fc1(paddle.flatten(x, 1)))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]

