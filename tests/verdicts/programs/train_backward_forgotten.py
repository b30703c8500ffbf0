# chapter: lenet
# kind: step forgotten
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# Wrong: no backward.
import paddle
import paddle.nn.functional as F


def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
