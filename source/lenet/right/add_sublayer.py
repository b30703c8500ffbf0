# right: layers added by name with add_sublayer; helper functions; labels flattened
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


def sigmoid(x):
    return 1 / (1 + paddle.exp(-x))


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.names = []
        for number, (num_channels, num_filters, filter_size) in enumerate(((1, 6, 5), (6, 16, 5), (16, 120, 4))):
            self.names.append(f"conv_{number}")
            self.add_sublayer(self.names[-1], nn.Conv2D(num_channels, num_filters, filter_size))
        self.add_sublayer("fc_0", nn.Linear(120, 64))
        self.add_sublayer("fc_1", nn.Linear(64, num_classes))

    def forward(self, x):
        for number, name in enumerate(self.names):
            x = sigmoid(getattr(self, name)(x))
            if number < 2:
                x = F.max_pool2d(x, 2)
        return self.fc_1(sigmoid(self.fc_0(x.flatten(1))))


def loss_of(model, images, labels):
    logits = model(paddle.to_tensor(images))
    return F.cross_entropy(logits, paddle.to_tensor(labels.reshape(-1))), logits


def train_one_epoch(model, loader, optimizer):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        optimizer.clear_grad()
        loss, _ = loss_of(model, images, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    optimizer.clear_grad()
    return np.average(losses, weights=sizes)


def evaluate(model, loader):
    before = model.training
    model.eval()
    try:
        with paddle.no_grad():
            rows = []
            for images, labels in loader:
                loss, logits = loss_of(model, images, labels)
                right = (logits.argmax(1).numpy() == labels[:, 0]).mean()
                rows.append((right, loss.item(), len(labels)))
    finally:
        model.training = before
        for layer in model.sublayers():
            layer.training = before
    rights, losses, sizes = zip(*rows)
    return np.average(rights, weights=sizes), np.average(losses, weights=sizes)
