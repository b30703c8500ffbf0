# chapter: lenet_palm
# kind: a threshold on the logit
# fails: evaluate.values, evaluate.unequal
# says: the probability 0.5 corresponds to logit 0
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    before = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for x, y in loader:
            z = model(paddle.to_tensor(x))
            total += F.binary_cross_entropy_with_logits(z, paddle.to_tensor(y)).item() * len(y)
            right += int(((z.numpy() > 0.5) == y).sum())
            count += len(y)
    if before:
        model.train()
    return right / count, total / count
