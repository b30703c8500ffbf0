# chapter: lenet_palm
# kind: a threshold on the logit
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    before = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for x, y in loader:
            p = F.sigmoid(model(paddle.to_tensor(x)))
            total += F.binary_cross_entropy(p, paddle.to_tensor(y)).item() * len(y)
            right += int(((p.numpy() > 0.5) == (y > 0.5)).sum())
            count += len(y)
    if before:
        model.train()
    return right / count, total / count
