# chapter: lenet
# kind: no gradients in other words
# fails: evaluate.no_grad
# Wrong: paddle.no_grad() alone, without with, changes nothing.
import paddle
import paddle.nn.functional as F


def evaluate(model, loader):
    training = model.training
    model.eval()
    paddle.no_grad()
    right, total, count = 0, 0.0, 0
    for images, labels in loader:
        images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
        logits = model(images)
        total += float(F.cross_entropy(logits, labels)) * len(images)
        right += int((logits.argmax(axis=1) == labels.flatten()).sum())
        count += len(images)
    if training:
        model.train()
    return right / count, total / count
