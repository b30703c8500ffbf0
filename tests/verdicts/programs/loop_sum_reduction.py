# chapter: lenet
# kind: a loop in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total = paddle.zeros([])
    seen = 0
    for images, labels in loader:
        each = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels), reduction="none")
        each.mean().backward()
        optimizer.step()
        optimizer.clear_grad()
        total = total + each.detach().sum()
        seen += each.shape[0]
    return total / seen
