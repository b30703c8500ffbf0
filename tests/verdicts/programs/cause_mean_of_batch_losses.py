# chapter: lenet
# kind: mean of batch means
# fails: train_one_epoch.unequal
# says: averaged the means of the batches; average over samples
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    losses = []
    for images, labels in loader:
        loss = nn.CrossEntropyLoss()(model(paddle.to_tensor(images)), paddle.to_tensor(labels))
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        losses.append(float(loss))
    return sum(losses) / len(losses)
