# chapter: lenet
# kind: settings at module level
# fails: evaluate.mode
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1, self.c2, self.c3 = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.f1, self.f2 = nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.sigmoid(self.c1(x)), 2, 2)
        x = F.max_pool2d(F.sigmoid(self.c2(x)), 2, 2)
        x = paddle.flatten(F.sigmoid(self.c3(x)), 1)
        return self.f2(F.sigmoid(self.f1(x)))


history = []


def train():
    model = LeNet()
    optimizer = paddle.optimizer.Adam(parameters=model.parameters())
    while True:
        loss = model(paddle.rand([2, 1, 28, 28])).mean()
        loss.backward()
        optimizer.step()
        history.append(loss.item())


def evaluate(model, loader):
    model.eval()
    history.append("evaluated")
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
            total += F.cross_entropy(logits, labels).item() * len(images)
            right += int((logits.argmax(axis=1).reshape([-1]) == labels.reshape([-1])).sum())
            count += len(images)
    return right / count, total / count


train()
