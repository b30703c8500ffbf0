# chapter: lenet
# kind: definitions completed otherwise
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

def _init(self, num_classes=10):
    nn.Layer.__init__(self)
    self.body = nn.Sequential(
        nn.Conv2D(1, 6, 5), nn.Sigmoid(), nn.MaxPool2D(2), nn.Conv2D(6, 16, 5), nn.Sigmoid(), nn.MaxPool2D(2),
        nn.Conv2D(16, 120, 4), nn.Sigmoid(), nn.Flatten(), nn.Linear(120, 64), nn.Sigmoid(), nn.Linear(64, num_classes),
    )


LeNet = type("LeNet", (nn.Layer,), {"__init__": _init, "forward": lambda self, x: self.body(x)})
