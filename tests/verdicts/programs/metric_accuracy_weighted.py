# chapter: lenet
# kind: mean of batch means
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

@paddle.no_grad()
def evaluate(model, loader):
    before = model.training
    model.eval()
    acc, loss, n = 0.0, 0.0, 0
    for images, labels in loader:
        logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
        acc += paddle.metric.accuracy(logits, labels).item() * labels.shape[0]
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        n += labels.shape[0]
    if before:
        model.train()
    return acc / n, loss / n
