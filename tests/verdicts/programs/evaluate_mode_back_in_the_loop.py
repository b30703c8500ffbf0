# chapter: lenet
# kind: mode in other words
# fails: evaluate.values, evaluate.unequal, evaluate.mode
# Wrong: the line that restores the mode is indented too far: the second batch runs in train mode.
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
            total += F.cross_entropy(logits, labels, reduction="sum").item()
            right += (logits.argmax(axis=1, keepdim=True) == labels).sum().item()
            count += len(images)
            if training:
                model.train()
    return right / count, total / count
