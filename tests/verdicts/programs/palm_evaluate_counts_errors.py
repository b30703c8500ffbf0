# chapter: lenet_palm
# kind: an evaluation in other words
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


from contextlib import contextmanager


@contextmanager
def resting(model):
    modes = [(layer, layer.training) for layer in model.sublayers(include_self=True)]
    model.eval()
    try:
        with paddle.no_grad():
            yield
    finally:
        for layer, mode in modes:
            layer.training = mode


def evaluate(model, loader):
    each = nn.BCEWithLogitsLoss(reduction="none")
    losses, errors = [], []
    with resting(model):
        for images, labels in loader:
            z = model(paddle.to_tensor(images))
            losses += each(z, paddle.to_tensor(labels)).numpy()[:, 0].tolist()
            errors += np.abs((z.numpy() > 0) - labels)[:, 0].tolist()
    return 1 - float(np.mean(errors)), float(np.mean(losses))
