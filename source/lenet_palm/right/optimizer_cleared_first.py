# right: gradients cleared at the start of each batch; nested helper; mode restored in finally
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
    """Train for one pass."""
    model.train()
    seen = 0
    mean = 0.0
    for batch in loader:
        images, labels = map(paddle.to_tensor, batch)
        optimizer.clear_grad()
        loss = F.binary_cross_entropy_with_logits(model(images), labels.reshape([-1, 1]))
        loss.backward()
        optimizer.step()
        seen += images.shape[0]
        mean += (loss.item() - mean) * images.shape[0] / seen
    return mean


def evaluate(model, loader):
    """Return accuracy and loss."""

    def one_batch(images, labels):
        logits = model(paddle.to_tensor(images))
        y = paddle.to_tensor(labels)
        probability = F.sigmoid(logits)
        right = paddle.equal(paddle.round(probability), y).astype("float32").sum().item()
        return right, F.binary_cross_entropy_with_logits(logits, y, reduction="sum").item(), len(labels)

    mode = model.training
    model.eval()
    try:
        with paddle.no_grad():
            rows = [one_batch(images, labels) for images, labels in loader]
    finally:
        model.training = mode
        model.train() if mode else model.eval()
    right, loss, count = (sum(column) for column in zip(*rows))
    return right / count, loss / count


class LeNetReLU(LeNet):
    """The layers of LeNet with ReLU; images: float32 [N, 3, PHOTO_SIDE, PHOTO_SIDE]; returns logits: float32 [N, num_classes]."""

    def forward(self, x):
        x = self.pool1(F.relu(self.conv1(x)))
        x = self.pool2(F.relu(self.conv2(x)))
        x = F.relu(self.conv3(x))
        x = F.relu(self.fc1(paddle.flatten(x, 1)))  # [N, 64]
        return self.fc2(x)  # [N, num_classes]


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
