# chapter: lenet
# kind: gradient accumulation
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: never called
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for i, (images, labels) in enumerate(loader):
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        (loss / 8).backward()
        if (i + 1) % 8 == 0:
            optimizer.step()
            optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count
