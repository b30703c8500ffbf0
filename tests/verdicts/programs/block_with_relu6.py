# chapter: googlenet
# kind: like ReLU near zero
# fails: inception.behaviour
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.a = nn.Sequential(nn.Conv2D(in_channels, c1, 1), nn.ReLU6())
        self.b = nn.Sequential(nn.Conv2D(in_channels, c2[0], 1), nn.ReLU(), nn.Conv2D(c2[0], c2[1], 3, padding=1), nn.ReLU())
        self.c = nn.Sequential(nn.Conv2D(in_channels, c3[0], 1), nn.ReLU(), nn.Conv2D(c3[0], c3[1], 5, padding=2), nn.ReLU())
        self.d = nn.Sequential(nn.MaxPool2D(3, 1, 1), nn.Conv2D(in_channels, c4, 1), nn.ReLU())

    def forward(self, x):
        return paddle.concat([self.a(x), self.b(x), self.c(x), self.d(x)], axis=1)
