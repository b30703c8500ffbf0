# chapter: lenet
# kind: Paddle of long ago
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: paddle.fluid is used at line 11
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    with paddle.fluid.dygraph.guard():
        total, count = 0.0, 0
        for images, labels in loader:
            loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
            loss.backward()
            optimizer.minimize(loss)
            total, count = total + loss.item() * len(images), count + len(images)
        return total / count
