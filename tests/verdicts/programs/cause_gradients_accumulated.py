# chapter: lenet
# kind: gradient accumulation
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: You collect the gradients of several batches
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer, steps=2):
    model.train()
    total, count = 0.0, 0
    for number, (images, labels) in enumerate(loader, start=1):
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        (loss / steps).backward()
        if number % steps == 0:
            optimizer.step()
            optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count
