# chapter: lenet
# kind: mean of batch means
# fails: evaluate.unequal
# says: averaged the accuracies and the losses of the batches; average over samples
import paddle
import paddle.nn.functional as F
from paddle import nn

@paddle.no_grad()
def evaluate(model, loader):
    before = model.training
    model.eval()
    acc, loss, n = [], [], []
    for images, labels in loader:
        logits, labels = model(paddle.to_tensor(images)), paddle.to_tensor(labels)
        acc.append(paddle.metric.accuracy(logits, labels).item())
        loss.append(F.cross_entropy(logits, labels).item())
    if before:
        model.train()
    return sum(acc) / len(acc), sum(loss) / len(loss)
