# chapter: lenet
# kind: the length of a loader
# fails: evaluate.unequal
import paddle
import paddle.nn.functional as F
from paddle import nn

from tqdm import tqdm

def evaluate(model, loader):
    mode = model.training
    model.eval()
    right, total, count = 0, 0.0, 0
    with paddle.no_grad():
        for images, labels in tqdm(loader, total=len(loader), disable=True):
            z = model(paddle.to_tensor(images))
            total += F.cross_entropy(z, paddle.to_tensor(labels)).item() * len(images)
            right += (z.numpy().argmax(-1) == labels.ravel()).sum()
            count += len(images)
    model.train() if mode else None
    return right / count, total / count
