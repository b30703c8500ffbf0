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
        self.f6 = nn.Linear(in_features=300000, out_features=64)
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
