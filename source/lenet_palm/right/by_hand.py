# right: cross-entropy from probabilities written by hand; two columns and paddle.metric for the accuracy; relu by maximum
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.fc2 = nn.Linear(64, num_classes)
        self.fc1 = nn.Linear(120 * (PHOTO_SIDE // 4 - 6) * (PHOTO_SIDE // 4 - 6), 64)
        self.conv3 = nn.Conv2D(16, 120, [4, 4])
        self.conv2 = nn.Conv2D(6, 16, [5, 5])
        self.conv1 = nn.Conv2D(3, 6, [5, 5])

    def act(self, x):
        return 1 / (1 + paddle.exp(-x))

    def forward(self, x):
        x = F.max_pool2d(self.act(self.conv1(x)), kernel_size=2, stride=2)
        x = F.max_pool2d(self.act(self.conv2(x)), kernel_size=2, stride=2)
        x = self.act(self.conv3(x)).reshape([-1, 120 * (PHOTO_SIDE // 4 - 6) * (PHOTO_SIDE // 4 - 6)])
        return self.fc2(self.act(self.fc1(x)))


class LeNetReLU(LeNet):
    def act(self, x):
        return paddle.maximum(x, paddle.zeros_like(x))


def train_one_epoch(model, loader, optimizer):
    model.train()
    sum_of_losses, samples = 0.0, 0
    for images, labels in loader:
        x = paddle.to_tensor(images)
        y = paddle.to_tensor(labels)
        p = F.sigmoid(model(x))
        losses = -(y * paddle.log(p) + (1 - y) * paddle.log(1 - p))
        losses.mean().backward()
        optimizer.step()
        optimizer.clear_grad()
        sum_of_losses += losses.sum().item()
        samples += len(labels)
    return paddle.to_tensor(sum_of_losses / samples)


def evaluate(model, loader):
    training = model.training
    model.eval()
    sum_of_losses, right, samples = 0.0, 0.0, 0
    for images, labels in loader:
        with paddle.no_grad():
            p = F.sigmoid(model(paddle.to_tensor(images)))
            sum_of_losses += F.binary_cross_entropy(p, paddle.to_tensor(labels), reduction="sum").item()
            two_columns = paddle.concat([1 - p, p], axis=1)
            part = paddle.metric.accuracy(two_columns, paddle.to_tensor(labels.astype("int64")))
            right += part.item() * len(labels)
            samples += len(labels)
    if training:
        model.train()
    else:
        model.eval()
    return [right / samples, sum_of_losses / samples]


def auc(scores, labels):
    """By ranks: the mean rank of each group of ties."""
    scores, labels = list(map(float, scores)), list(map(float, labels))
    rank = [sum(b < a for b in scores) + (1 + sum(b == a for b in scores)) / 2 for a in scores]
    positives = int(sum(labels))
    total = sum(r for r, y in zip(rank, labels) if y == 1)
    return (total - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


class LeNetWith(nn.Layer):
    def __init__(self, activation, side, num_classes=1):
        super().__init__()
        for kernel, pool in ((5, 2), (5, 2), (4, 1)):
            side = (side - kernel + 1) // pool
        self.convs = nn.LayerList([nn.Conv2D(a, b, k) for a, b, k in ((3, 6, 5), (6, 16, 5), (16, 120, 4))])
        self.hidden, self.out = nn.Linear(120 * side**2, 64), nn.Linear(64, num_classes)
        self.kind = activation

    def act(self, x):
        if self.kind == "relu":
            return paddle.clip(x, min=0.0)
        if self.kind == "tanh":
            return 2 * F.sigmoid(2 * x) - 1
        return 1 / (1 + paddle.exp(-x))

    def forward(self, x):
        for conv in list(self.convs)[:2]:
            x = F.max_pool2d(self.act(conv(x)), 2)
        x = self.act(self.convs[2](x))
        return self.out(self.act(self.hidden(x.reshape([x.shape[0], -1]))))


def saturation(z, limit):
    beyond = 0
    for row in z:
        for number in row:
            if number >= limit or number <= -limit:
                beyond += 1
    return beyond / z.size
