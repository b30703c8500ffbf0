# chapter: lenet
# kind: a syntax error
# fails: evaluate.values, evaluate.unequal, evaluate.mode, evaluate.no_grad
# says: evaluate was not read:
# never: train_one_epoch was not
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
    return total / count

def evaluate(model, loader):
    return (0.0, 0.0
