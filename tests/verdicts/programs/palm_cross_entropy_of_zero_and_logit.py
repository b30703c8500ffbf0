# chapter: lenet_palm
# kind: the loss in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


def pair(z):
    return paddle.concat([paddle.zeros_like(z), z], axis=1)


def train_one_epoch(model, loader, optimizer):
    model.train()
    total, seen = 0.0, 0
    for images, labels in loader:
        classes = paddle.to_tensor(labels.astype("int64"))
        loss = F.cross_entropy(pair(model(paddle.to_tensor(images))), classes)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += float(loss) * len(images)
        seen += len(images)
    return total / seen
