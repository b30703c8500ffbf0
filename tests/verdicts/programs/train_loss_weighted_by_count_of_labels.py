# chapter: lenet
# kind: loss averaged wrongly
# fails: train_one_epoch.unequal
# Wrong: the running average gives each batch the same weight, exponentially smoothed.
import paddle
import paddle.nn.functional as F


def train_one_epoch(model, loader, optimizer):
    model.train()
    smooth = None
    for images, labels in loader:
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        smooth = loss.item() if smooth is None else 0.5 * smooth + 0.5 * loss.item()
    return smooth
