# chapter: googlenet
# kind: a pair used as a number
# fails: inception.shape, inception.parameters, inception.behaviour, inception.sizes, inception.gradients
# says: take one of its numbers, such as c2[0]
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.a = nn.Conv2D(in_channels, c1, 1)
        self.b = nn.Conv2D(in_channels, c2, 3, padding=1)

    def forward(self, x):
        return paddle.concat([self.a(x), self.b(x)], 1)
