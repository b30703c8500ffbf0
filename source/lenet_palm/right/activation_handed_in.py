# right: one class with the activation as an argument, the other a subclass; nn.BCEWithLogitsLoss; probability against 0.5
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, classes=1, activation=F.sigmoid):
        super(LeNet, self).__init__()
        self.activation = activation
        self.c1 = nn.Conv2D(in_channels=3, out_channels=6, kernel_size=5)
        self.c3 = nn.Conv2D(in_channels=6, out_channels=16, kernel_size=5)
        self.c5 = nn.Conv2D(in_channels=16, out_channels=120, kernel_size=4)
        self.f6 = nn.Linear(in_features=120 * (PHOTO_SIDE // 4 - 6) ** 2, out_features=64)
        self.output = nn.Linear(in_features=64, out_features=classes)

    def forward(self, images):
        s2 = F.max_pool2d(self.activation(self.c1(images)), 2)
        s4 = F.max_pool2d(self.activation(self.c3(s2)), 2)
        features = self.activation(self.c5(s4))
        features = paddle.reshape(features, [features.shape[0], -1])
        return self.output(self.activation(self.f6(features)))


class LeNetReLU(LeNet):
    def __init__(self, classes=1):
        super(LeNetReLU, self).__init__(classes, activation=F.relu)


def train_one_epoch(net, data, opt):
    net.train()
    criterion = nn.BCEWithLogitsLoss()
    losses, sizes = [], []
    for x, y in data:
        x, y = paddle.to_tensor(x), paddle.to_tensor(y)
        loss = criterion(net(x), y)
        opt.clear_grad()
        loss.backward()
        opt.step()
        losses.append(float(loss))
        sizes.append(len(x))
    opt.clear_grad()
    return sum(loss * size for loss, size in zip(losses, sizes)) / sum(sizes)


def evaluate(net, data):
    mode = net.training
    net.eval()
    criterion = nn.BCEWithLogitsLoss(reduction="none")
    losses, hits = [], []
    with paddle.no_grad():
        for x, y in data:
            y = paddle.to_tensor(y)
            logits = net(paddle.to_tensor(x))
            losses += criterion(logits, y).flatten().tolist()
            hits += ((F.sigmoid(logits) > 0.5) == (y > 0.5)).flatten().tolist()
    net.train() if mode else net.eval()
    return sum(hits) / len(hits), sum(losses) / len(losses)


def auc(scores, labels):
    """Return the fraction of pairs (label 1, label 0) in which label 1 has the higher score; ties count half."""
    with_pm, without = scores[labels == 1][:, None], scores[labels < 0.5]  # [P, 1] and [Q]
    return (with_pm > without).mean() + (with_pm == without).mean() / 2


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
    """Return the share of all numbers in z that lie beyond the limit on either side, 0..1."""
    return (abs(z) > limit).mean()
