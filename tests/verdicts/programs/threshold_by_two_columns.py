# chapter: lenet_palm
# kind: a threshold on the logit
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

import numpy as np

def evaluate(model, loader):
    before = model.training
    model.eval()
    rows = []
    with paddle.no_grad():
        for x, y in loader:
            z = model(paddle.to_tensor(x))
            two = np.concatenate([-z.numpy(), z.numpy()], axis=1)
            losses = F.binary_cross_entropy_with_logits(z, paddle.to_tensor(y), reduction="none").numpy()
            rows += list(zip(two.argmax(1) == y[:, 0], losses[:, 0]))
    if before:
        model.train()
    return float(np.mean([a for a, _ in rows])), float(np.mean([b for _, b in rows]))
