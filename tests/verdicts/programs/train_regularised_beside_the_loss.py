# chapter: lenet
# kind: another loss
# fails: train_one_epoch.update, train_one_epoch.unequal
# Wrong: as above; the loss that is returned is right, the gradients are those of another loss.
import paddle
import paddle.nn.functional as F


def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        loss = F.cross_entropy(model(images), labels)
        penalty = sum((p**2).sum() for p in model.parameters() if p.ndim > 1)
        (loss + 1e-3 * penalty).backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
