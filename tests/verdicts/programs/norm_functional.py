# chapter: resnet
# kind: batch norm in other forms
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self.conv = nn.Conv2D(
            in_channels, out_channels, kernel_size, stride, (kernel_size - 1) // 2, groups=groups, bias_attr=False
        )
        self.weight = self.create_parameter([out_channels], default_initializer=nn.initializer.Constant(1.0))
        self.bias = self.create_parameter([out_channels], is_bias=True)
        self.register_buffer("mean", paddle.zeros([out_channels]))
        self.register_buffer("variance", paddle.ones([out_channels]))
        self.act = act

    def forward(self, x):
        y = F.batch_norm(self.conv(x), self.mean, self.variance, self.weight, self.bias, training=self.training)
        return F.relu(y) if self.act == "relu" else y


class BottleneckBlock(nn.Layer):
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        self.c0 = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.c1 = ConvBNLayer(out_channels, out_channels, 3, stride=stride, act="relu")
        self.c2 = ConvBNLayer(out_channels, out_channels * 4, 1)
        self.short = None if shortcut else ConvBNLayer(in_channels, out_channels * 4, 1, stride=stride)

    def forward(self, x):
        y = self.c2(self.c1(self.c0(x)))
        return F.relu(paddle.add(x if self.short is None else self.short(x), y))
