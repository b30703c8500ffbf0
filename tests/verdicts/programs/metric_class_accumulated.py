# chapter: lenet
# kind: mean of batch means
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def evaluate(model, loader):
    mode = model.training
    model.eval()
    metric, total, n = paddle.metric.Accuracy(), 0.0, 0
    with paddle.no_grad():
        for images, labels in loader:
            logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
            metric.update(metric.compute(logits, labels))
            total += F.cross_entropy(logits, labels).item() * len(labels)
            n += len(labels)
    model.training = mode
    for layer in model.sublayers():
        layer.training = mode
    return metric.accumulate(), total / n
