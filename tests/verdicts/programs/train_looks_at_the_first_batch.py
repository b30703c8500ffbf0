# chapter: lenet
# kind: part of the batches
# fails: train_one_epoch.unequal
# Wrong: the batch that is taken out to print its shape is gone where the loader is a generator.
import paddle
import paddle.nn.functional as F


def train_one_epoch(model, loader, optimizer):
    images, labels = next(iter(loader))
    print("batch:", images.shape, labels.shape)
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
