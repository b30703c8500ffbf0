# chapter: lenet
# kind: a context manager
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


from contextlib import contextmanager


@contextmanager
def resting(model):
    was = model.training
    model.eval()
    try:
        with paddle.no_grad():
            yield model
    finally:
        model.train() if was else model.eval()


def evaluate(model, loader):
    rows = []
    with resting(model):
        for images, labels in loader:
            logits = model(paddle.to_tensor(images))
            losses = F.cross_entropy(logits, paddle.to_tensor(labels), reduction="none")
            rows += zip(losses.flatten().tolist(), (logits.argmax(1).numpy() == np.asarray(labels).flatten()).tolist())
    losses, hits = zip(*rows)
    return sum(hits) / len(rows), sum(losses) / len(rows)
