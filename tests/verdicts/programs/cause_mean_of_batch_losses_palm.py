# chapter: lenet_palm
# kind: mean of batch means
# fails: train_one_epoch.unequal
# says: averaged the means of the batches; average over samples
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, batches = 0.0, 0
    criterion = nn.BCEWithLogitsLoss()
    for x, y in loader:
        loss = criterion(model(paddle.to_tensor(x)), paddle.to_tensor(y))
        optimizer.clear_grad()
        loss.backward()
        optimizer.step()
        total += loss.numpy().item()
        batches += 1
    return total / batches
