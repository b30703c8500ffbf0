# chapter: lenet
# kind: an evaluation in other words
# fails: evaluate.no_grad
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    mode = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    for images, labels in loader:
        z, y = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
        total += F.cross_entropy(z, y).item() * len(images)
        right += (paddle.argmax(z, axis=1, keepdim=True) == y).sum().item()
        count += len(images)
    if mode:
        model.train()
    return right / count, total / count
