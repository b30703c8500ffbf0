# chapter: lenet
# kind: a loop in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    losses, sizes = [], []
    for step, (images, labels) in enumerate(loader, 1):
        logits = model(paddle.to_tensor(images))
        wanted = F.one_hot(paddle.to_tensor(labels).reshape([-1]), logits.shape[-1])
        loss = F.cross_entropy(logits, wanted, soft_label=True)
        optimizer.clear_grad(set_to_zero=False)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(images))
    return sum(a * n for a, n in zip(losses, sizes)) / sum(sizes)
