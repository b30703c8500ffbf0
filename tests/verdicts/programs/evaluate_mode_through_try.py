# chapter: lenet
# kind: an evaluation in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import contextlib

@contextlib.contextmanager
def evaluating(model):
    before = model.training
    model.eval()
    try:
        with paddle.no_grad():
            yield
    finally:
        if before:
            model.train()

def evaluate(model, loader):
    with evaluating(model):
        pairs = [(model(paddle.to_tensor(x)), paddle.to_tensor(y)) for x, y in loader]
        logits, labels = paddle.concat([z for z, _ in pairs]), paddle.concat([y for _, y in pairs])
        accuracy = (logits.argmax(axis=1, keepdim=True) == labels).astype("float32").mean()
        return accuracy.item(), F.cross_entropy(logits, labels).item()
