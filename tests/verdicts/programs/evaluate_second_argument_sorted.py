# chapter: lenet
# kind: evaluation in other words
# fails: evaluate.values, evaluate.unequal
import paddle
import paddle.nn.functional as F
from paddle import nn

@paddle.no_grad()
def evaluate(model, loader):
    was_training = model.training
    model.eval()
    right = count = 0
    total = 0.0
    for images, labels in loader:
        labels = paddle.to_tensor(labels).reshape([-1])
        logits = model(paddle.to_tensor(images))
        total += F.cross_entropy(logits, labels, reduction="sum").item()
        right += int((paddle.argsort(logits, axis=-1)[:, 0] == labels).sum())
        count += len(labels)
    if was_training:
        model.train()
    return right / count, total / count
