# right: pools before the activations, which gives the same numbers; inputs of fc1 found by a trial; add_sublayer
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        widths = [(3, 6, 5), (6, 16, 5), (16, 120, 4)]
        for place, (inputs, outputs, side) in enumerate(widths):
            self.add_sublayer(f"conv_{place}", nn.Conv2D(inputs, outputs, side))
        self.pool = nn.MaxPool2D(2, 2)
        with paddle.no_grad():
            features = self.features(paddle.zeros([1, 3, PHOTO_SIDE, PHOTO_SIDE]))
        self.hidden = nn.Linear(int(features.shape[1]), 64)
        self.head = nn.Linear(64, num_classes)

    def activate(self, x):
        return F.sigmoid(x)

    def features(self, x):
        x = self.activate(self.pool(self.conv_0(x)))
        x = self.activate(self.pool(self.conv_1(x)))
        return self.activate(self.conv_2(x)).flatten(1)

    def forward(self, x):
        return self.head(self.activate(self.hidden(self.features(x))))


class LeNetReLU(LeNet):
    def activate(self, x):
        return F.relu(x)


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
    """Return (accuracy, loss): fraction of right predictions and mean loss, both over samples."""
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
