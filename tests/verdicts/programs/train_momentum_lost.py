# chapter: lenet
# kind: an optimizer of one's own
# fails: train_one_epoch.update, train_one_epoch.unequal
# Wrong: makes an optimizer of its own, so the one that is handed over never steps.
import paddle
import paddle.nn.functional as F


def train_one_epoch(model, loader, optimizer):
    optimizer = paddle.optimizer.SGD(learning_rate=optimizer.get_lr(), parameters=model.parameters())
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total += loss.item() * len(images)
        count += len(images)
    return total / count
