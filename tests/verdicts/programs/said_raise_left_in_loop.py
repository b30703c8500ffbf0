# chapter: lenet
# kind: a stub's raise left behind
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: raise NotImplementedError is still there at line 18
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    raise NotImplementedError()
    return total / count
