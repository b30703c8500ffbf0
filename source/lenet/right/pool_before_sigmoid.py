# right: the pools stand before the sigmoids, which gives the same numbers; squeeze instead of flatten
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convolutions = nn.LayerList([nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)])
        self.pool = nn.MaxPool2D(2, stride=2)
        self.dense = nn.LayerList([nn.Linear(120, 64), nn.Linear(64, num_classes)])

    def forward(self, x):
        for convolution in self.convolutions[:2]:
            x = F.sigmoid(self.pool(convolution(x)))
        x = F.sigmoid(self.convolutions[2](x)).squeeze([2, 3])
        return self.dense[1](F.sigmoid(self.dense[0](x)))


def train_one_epoch(model, loader, optimizer):
    """Train model for one pass over loader; return the mean loss over samples."""
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
