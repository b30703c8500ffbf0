# chapter: lenet
# kind: the loader is called
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: The loader is called at line 12
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader():
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count
