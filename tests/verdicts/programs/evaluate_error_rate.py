# chapter: lenet
# kind: another count
# fails: evaluate.values, evaluate.unequal
# Wrong: the share of wrong ones.
import paddle
import paddle.nn.functional as F


def evaluate(model, loader):
    training = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            images, labels = paddle.to_tensor(images), paddle.to_tensor(labels)
            logits = model(images)
            total += float(F.cross_entropy(logits, labels)) * len(images)
            right += int((logits.argmax(axis=1) == labels.flatten()).sum())
            count += len(images)
    if training:
        model.train()
    return 1 - right / count, total / count
