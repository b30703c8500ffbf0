# chapter: lenet
# kind: a syntax error
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: batch_loss was not read:
# says: syntax error
import paddle
import paddle.nn.functional as F
from paddle import nn

def batch_loss(model, images, labels:
    return F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        loss = batch_loss(model, images, labels)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count
