# chapter: lenet
# kind: missing bias
# fails: network.parameters, network.behaviour, network.batches
# says: biases of shapes [[10]] are missing
# never: not made
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1, self.c2, self.c3 = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.f1, self.f2 = nn.Linear(120, 64), nn.Linear(64, num_classes, bias_attr=False)

    def forward(self, x):
        x = F.max_pool2d(F.sigmoid(self.c1(x)), 2, 2)
        x = F.max_pool2d(F.sigmoid(self.c2(x)), 2, 2)
        x = paddle.flatten(F.sigmoid(self.c3(x)), 1)
        return self.f2(F.sigmoid(self.f1(x)))
