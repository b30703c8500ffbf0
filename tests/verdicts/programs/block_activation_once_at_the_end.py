# chapter: vgg
# kind: activation left out inside
# fails: block.behaviour, block.gradients
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        layers = [nn.Conv2D(in_channels if n == 0 else out_channels, out_channels, 3, padding=1) for n in range(num_convs)]
        self.body = nn.Sequential(*layers, nn.ReLU(), nn.MaxPool2D(2, 2))

    def forward(self, x):
        return self.body(x)
