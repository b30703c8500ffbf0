# chapter: lenet
# kind: a definition in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def conv(*sizes):
    return nn.Sequential(nn.Conv2D(*sizes), nn.Sigmoid())


LeNet = lambda num_classes=10: nn.Sequential(
    conv(1, 6, 5), nn.MaxPool2D(2, 2), conv(6, 16, 5), nn.MaxPool2D(2, 2), conv(16, 120, 4),
    nn.Flatten(), nn.Linear(120, 64), nn.Sigmoid(), nn.Linear(64, num_classes),
)
