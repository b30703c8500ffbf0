# chapter: vgg
# kind: missing bias
# fails: block.parameters, block.behaviour, block.single, block.gradients
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        layers = []
        for n in range(num_convs):
            layers += [nn.Conv2D(in_channels if n == 0 else out_channels, out_channels, 3, padding=1, bias_attr=False), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.MaxPool2D(2, 2))

    def forward(self, x):
        return self.body(x)
