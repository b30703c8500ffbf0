# chapter: lenet
# kind: a syntax error
# fails: train_one_epoch.loss, train_one_epoch.update, train_one_epoch.unequal
# says: the colon at the end of the line is missing
# says: 缺少冒号
import paddle
import paddle.nn.functional as F
from paddle import nn

def train_one_epoch(model, loader, optimizer):
    model.train()
    for images, labels in loader
        pass
    return 0.0
