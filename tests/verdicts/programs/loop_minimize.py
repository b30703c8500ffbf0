# chapter: lenet
# kind: a loop in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, seen = 0.0, 0
    for images, labels in loader:
        avg_loss = paddle.mean(F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels), reduction="none"))
        avg_loss.backward()
        optimizer.minimize(avg_loss)
        model.clear_gradients()
        total, seen = total + float(avg_loss) * images.shape[0], seen + images.shape[0]
    return total / seen
