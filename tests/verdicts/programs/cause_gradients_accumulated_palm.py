# chapter: lenet_palm
# kind: gradient accumulation
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: You collect the gradients of several batches
import paddle
import paddle.nn.functional as F
from paddle import nn

ACCUMULATE = 2

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count, pending = 0.0, 0, 0
    for x, y in loader:
        loss = F.binary_cross_entropy_with_logits(model(paddle.to_tensor(x)), paddle.to_tensor(y))
        (loss / ACCUMULATE).backward()
        pending += 1
        if pending == ACCUMULATE:
            optimizer.step()
            optimizer.clear_gradients()
            pending = 0
        total += float(loss) * x.shape[0]
        count += x.shape[0]
    return total / count
