# chapter: lenet
# kind: definitions completed otherwise
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class Forward:
    def forward(self, x):
        for layer in self.order:
            x = layer(x)
        return x


class LeNet(Forward, nn.Layer):
    def __init__(self, num_classes=10):
        nn.Layer.__init__(self)
        self.a, self.b, self.c = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.d, self.e = nn.Linear(120, 64), nn.Linear(64, num_classes)
        s, pool = nn.Sigmoid(), nn.MaxPool2D(2, 2)
        self.order = [self.a, s, pool, self.b, s, pool, self.c, s, nn.Flatten(), self.d, s, self.e]
