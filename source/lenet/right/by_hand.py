# right: softmax and cross-entropy written by hand; the accuracy from paddle.metric; layers named like the paper
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1, self.s2 = nn.Conv2D(1, 6, 5), nn.MaxPool2D(2, 2)
        self.c3, self.s4 = nn.Conv2D(6, 16, 5), nn.MaxPool2D(2, 2)
        self.c5 = nn.Conv2D(16, 120, 4)
        self.f6 = nn.Linear(120, 64)
        self.output = nn.Linear(64, num_classes)
        self.act = nn.Sigmoid()

    def forward(self, x, label=None):
        x = self.s2(self.act(self.c1(x)))
        x = self.s4(self.act(self.c3(x)))
        x = self.act(self.c5(x)).reshape([-1, 120])
        logits = self.output(self.act(self.f6(x)))
        if label is not None:
            return logits, paddle.metric.accuracy(F.softmax(logits), label)
        return logits


def cross_entropy(logits, labels):
    return -paddle.take_along_axis(F.log_softmax(logits, axis=1), labels, 1).mean()


def train_one_epoch(model, loader, optimizer):
    model.train()
    total = paddle.zeros([])
    count = 0
    for images, labels in loader:
        loss = cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        model.clear_gradients()
        total = total + loss.detach() * images.shape[0]
        count += images.shape[0]
    return float(total / count)


def evaluate(model, loader):
    training = model.training
    model.eval()
    accuracies, losses, count = 0.0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
            accuracies += float(paddle.metric.accuracy(F.softmax(logits, axis=1), labels)) * len(images)
            losses += float(cross_entropy(logits, labels)) * len(images)
            count += len(images)
    if training:
        model.train()
    return [accuracies / count, losses / count]
