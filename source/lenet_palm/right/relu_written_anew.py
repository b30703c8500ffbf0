# right: LeNetReLU from nn.Layer with a LayerList and ReLU twice; an unused extra attribute; numpy evaluation
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    """images: float32 [N, 3, PHOTO_SIDE, PHOTO_SIDE]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        self.conv1 = nn.Conv2D(3, 6, 5)
        self.pool1 = nn.MaxPool2D(2, 2)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.pool2 = nn.MaxPool2D(2, 2)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.fc1 = nn.Linear(120 * ((PHOTO_SIDE - 24) // 4) ** 2, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.sigmoid(self.conv1(x))
        x = self.pool1(x)
        x = F.sigmoid(self.conv2(x))
        x = self.pool2(x)
        x = F.sigmoid(self.conv3(x))
        x = paddle.flatten(x, 1)
        x = F.sigmoid(self.fc1(x))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]


def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
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
    """Return accuracy and loss."""
    was_training = model.training
    model.eval()
    all_logits, all_labels = [], []
    with paddle.no_grad():
        for images, labels in loader:
            all_logits.append(model(paddle.to_tensor(images)).numpy().ravel())
            all_labels.append(labels.ravel())
    z, y = np.concatenate(all_logits), np.concatenate(all_labels)
    if was_training:
        model.train()
    accuracy = np.mean((z > 0) == (y == 1))
    loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
    return accuracy, loss


class LeNetReLU(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.description = "LeNet with ReLU"
        self.convs = nn.LayerList([nn.Conv2D(3, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)])
        self.pools = nn.LayerList([nn.MaxPool2D(2, 2), nn.MaxPool2D(2, 2), nn.Identity()])
        self.relu = nn.ReLU()
        self.dense = nn.LayerList([nn.Linear(120 * ((PHOTO_SIDE - 24) // 4) ** 2, 64), nn.Linear(64, num_classes)])

    def forward(self, x):
        for conv, pool in zip(self.convs, self.pools):
            x = self.relu(pool(self.relu(conv(x))))
        x = self.relu(self.dense[0](paddle.flatten(x, start_axis=1)))
        return self.dense[1](x)


def auc(scores, labels):
    """Return the fraction of pairs (label 1, label 0) in which label 1 has the higher score; ties count half."""
    with_pm, without = scores[labels == 1][:, None], scores[labels == 0]  # [P, 1] and [Q]
    return (with_pm > without).mean() + (with_pm == without).mean() / 2


class LeNetWith(nn.Layer):
    """images: float32 [N, 3, side, side]; returns logits: float32 [N, num_classes]."""

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
    """Return the share of all numbers in z that lie beyond the limit on either side, 0..1."""
    return (abs(z) > limit).mean()
