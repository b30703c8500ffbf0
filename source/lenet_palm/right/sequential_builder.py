# right: a function builds a Sequential with layers of activation; both classes are thin; squeezed labels and logits
import paddle
import paddle.nn.functional as F
from paddle import nn


def build(activation, num_classes):
    return nn.Sequential(
        nn.Conv2D(3, 6, 5), activation(), nn.MaxPool2D(2),
        nn.Conv2D(6, 16, 5), activation(), nn.MaxPool2D(2),
        nn.Conv2D(16, 120, 4), activation(), nn.Flatten(),
        nn.Linear(120 * (PHOTO_SIDE // 4 - 6)**2, 64), activation(), nn.Linear(64, num_classes),
    )


class LeNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.layers = build(nn.Sigmoid, num_classes)

    def forward(self, x):
        return self.layers(x)


class LeNetReLU(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.layers = build(nn.ReLU, num_classes)

    def forward(self, x):
        return self.layers(x)


def batch_loss(model, images, labels):
    logits = model(paddle.to_tensor(images)).squeeze(1)
    labels = paddle.to_tensor(labels).squeeze(1)
    return F.binary_cross_entropy_with_logits(logits, labels), logits, labels


def train_one_epoch(model, loader, optimizer):
    model.train()
    total = 0.0
    samples = 0
    for images, labels in loader:
        loss, _, _ = batch_loss(model, images, labels)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total = total + loss.numpy() * images.shape[0]
        samples += images.shape[0]
    return total / samples


@paddle.no_grad()
def evaluate(model, loader):
    before = model.training
    model.eval()
    total, right, samples = 0.0, 0, 0
    for images, labels in loader:
        loss, logits, labels = batch_loss(model, images, labels)
        total += loss.item() * images.shape[0]
        right += ((logits >= 0).astype("float32") == labels).astype("int64").sum().item()
        samples += images.shape[0]
    if before:
        model.train()
    return right / samples, total / samples


def auc(scores, labels):
    """Return the fraction of pairs (label 1, label 0) in which label 1 has the higher score; ties count half."""
    with_pm, without = scores[labels == 1][:, None], scores[labels == 0]  # [P, 1] and [Q]
    return (with_pm > without).mean() + (with_pm == without).mean() / 2


class LeNetWith(nn.Layer):
    def __init__(self, kind, size, classes=1):
        super().__init__()
        act = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}[kind]
        self.features = nn.Sequential(
            nn.Conv2D(3, 6, 5), nn.MaxPool2D(2, 2), act(), nn.Conv2D(6, 16, 5), nn.MaxPool2D(2), act(),
            nn.Conv2D(16, 120, 4), act(), nn.Flatten(),
        )
        with paddle.no_grad():
            inputs = int(self.features(paddle.zeros([1, 3, size, size])).shape[1])
        self.classifier = nn.Sequential(nn.Linear(inputs, 64), act(), nn.Linear(64, classes))

    def forward(self, x):
        return self.classifier(self.features(x))


def saturation(z, limit):
    return paddle.to_tensor(z).abs().greater_than(paddle.to_tensor(float(limit))).astype("float32").mean()
