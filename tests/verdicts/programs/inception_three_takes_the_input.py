# chapter: googlenet
# kind: a branch fed wrongly
# fails: inception.parameters, inception.behaviour, inception.gradients
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.a = nn.Conv2D(in_channels, c1, 1)
        self.b = nn.Conv2D(in_channels, c2[1], 3, padding=1)
        self.c1, self.c2 = nn.Conv2D(in_channels, c3[0], 1), nn.Conv2D(c3[0], c3[1], 5, padding=2)
        self.d = nn.Conv2D(in_channels, c4, 1)
        self.pool = nn.MaxPool2D(3, 1, 1)

    def forward(self, x):
        parts = [self.a(x), self.b(x), self.c2(F.relu(self.c1(x))), self.d(self.pool(x))]
        return F.relu(paddle.concat(parts, axis=1))
