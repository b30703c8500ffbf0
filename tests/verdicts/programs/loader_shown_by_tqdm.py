# chapter: lenet
# kind: the length of a loader
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

from tqdm.auto import tqdm

def train_one_epoch(model, loader, optimizer):
    model.train()
    total, count = 0.0, 0
    for images, labels in tqdm(loader, desc="train", leave=False, disable=True):
        loss = F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count
