# right: one Sequential; layers of activation; torch-like names
import paddle
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, classes=10):
        super(LeNet, self).__init__()
        self.features = nn.Sequential(
            nn.Conv2D(1, 6, 5),
            nn.Sigmoid(),
            nn.MaxPool2D(2),
            nn.Conv2D(6, 16, 5),
            nn.Sigmoid(),
            nn.MaxPool2D(2),
            nn.Conv2D(16, 120, 4),
            nn.Sigmoid(),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(120, 64), nn.Sigmoid(), nn.Linear(64, classes))

    def forward(self, images):
        return self.classifier(self.features(images))


def train_one_epoch(net, batches, opt):
    criterion = nn.CrossEntropyLoss(reduction="none")
    net.train()
    losses = []
    for x, y in batches:
        each = criterion(net(paddle.to_tensor(x)), paddle.to_tensor(y))
        opt.clear_grad()
        each.mean().backward()
        opt.step()
        losses.extend(each.flatten().tolist())
    opt.clear_grad()
    return sum(losses) / len(losses)


@paddle.no_grad()
def evaluate(net, batches):
    criterion = nn.CrossEntropyLoss(reduction="sum")
    mode = net.training
    net.eval()
    hits = loss = number = 0
    for x, y in batches:
        y = paddle.to_tensor(y)
        out = net(paddle.to_tensor(x))
        loss += float(criterion(out, y))
        hits += int((out.argmax(axis=1, keepdim=True) == y).astype("int64").sum())
        number += y.shape[0]
    net.train() if mode else net.eval()
    return hits / number, loss / number
