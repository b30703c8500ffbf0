# chapter: lenet
# kind: a loop in other words
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, seen = 0.0, 0
    for images, labels in loader:
        probability = F.softmax(model(paddle.to_tensor(images)))
        loss = F.cross_entropy(probability, paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, seen = total + loss.item() * len(images), seen + len(images)
    return total / seen
