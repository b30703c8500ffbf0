# chapter: lenet
# kind: the optimizer asked for its rate alone
# fails: train_one_epoch.update, train_one_epoch.unequal
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        with paddle.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter.set_value(parameter - optimizer.get_lr() * parameter.grad)
        model.clear_gradients()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
