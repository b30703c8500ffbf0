# chapter: resnet
# kind: an argument ignored
# fails: conv_bn.groups
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, (kernel_size - 1) // 2, bias_attr=False)
        self.norm = nn.BatchNorm2D(out_channels)
        self.act = nn.ReLU() if act == "relu" else nn.Identity()

    def forward(self, x):
        return self.act(self.norm(self.conv(x)))
