# chapter: lenet
# kind: steps in another order
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total = count = 0
    for images, labels in loader:
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        optimizer.step()
        loss.backward()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
