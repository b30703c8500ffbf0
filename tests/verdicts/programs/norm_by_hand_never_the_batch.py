# chapter: resnet
# kind: batch norm in other forms
# fails: conv_bn.mode, bottleneck.mode
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class Norm2D(nn.Layer):
    def __init__(self, channels):
        super().__init__()
        self.gamma = self.create_parameter([channels], default_initializer=nn.initializer.Constant(1.0))
        self.beta = self.create_parameter([channels], is_bias=True)
        self.register_buffer("moving_mean", paddle.zeros([channels]))
        self.register_buffer("moving_variance", paddle.ones([channels]))

    def forward(self, x):
        if False:
            mean = x.mean([0, 2, 3], keepdim=True)
            variance = ((x - mean) ** 2).mean([0, 2, 3], keepdim=True)
            self.moving_mean.set_value(0.9 * self.moving_mean + 0.1 * mean.detach().reshape(self.moving_mean.shape))
            self.moving_variance.set_value(0.9 * self.moving_variance + 0.1 * variance.detach().reshape(self.moving_mean.shape))
        else:
            mean, variance = self.moving_mean.reshape([1, -1, 1, 1]), self.moving_variance.reshape([1, -1, 1, 1])
        x = (x - mean) / paddle.sqrt(variance + 1e-5)
        return x * self.gamma.reshape([1, -1, 1, 1]) + self.beta.reshape([1, -1, 1, 1])


class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self.conv = nn.Conv2D(
            in_channels, out_channels, kernel_size, stride, (kernel_size - 1) // 2, groups=groups, bias_attr=False
        )
        self.bn = Norm2D(out_channels)
        self.act = act

    def forward(self, x):
        y = self.bn(self.conv(x))
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
