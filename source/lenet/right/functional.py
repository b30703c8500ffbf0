# right: functional pooling and sigmoid; parameters of the layers in another order; reshape instead of flatten
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.out = nn.Linear(in_features=64, out_features=num_classes)
        self.hidden = nn.Linear(in_features=120, out_features=64)
        self.c = nn.Conv2D(in_channels=16, out_channels=120, kernel_size=(4, 4))
        self.b = nn.Conv2D(in_channels=6, out_channels=16, kernel_size=(5, 5))
        self.a = nn.Conv2D(in_channels=1, out_channels=6, kernel_size=(5, 5))
        self.history = []

    def forward(self, x):
        x = F.max_pool2d(paddle.nn.functional.sigmoid(self.a(x)), kernel_size=2, stride=2)
        x = F.max_pool2d(F.sigmoid(self.b(x)), kernel_size=2, stride=2)
        x = F.sigmoid(self.c(x))
        x = paddle.reshape(x, [x.shape[0], -1])
        return self.out(F.sigmoid(self.hidden(x)))


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
