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
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, kernel_size // 2, groups=groups, bias_attr=False)
        shape = [1, out_channels, 1, 1]
        self.gamma = self.create_parameter(shape, default_initializer=nn.initializer.Constant(1.0))
        self.beta = self.create_parameter(shape, is_bias=True)
        self.register_buffer("moving_mean", paddle.zeros(shape))
        self.register_buffer("moving_var", paddle.ones(shape))
        self.act = act

    def forward(self, x):
        x = self.conv(x)
        mean = x.mean(axis=[0, 2, 3], keepdim=True)
        var = x.var(axis=[0, 2, 3], keepdim=True)
        if self.training:
            with paddle.no_grad():
                self.moving_mean.set_value(0.9 * self.moving_mean + 0.1 * mean)
                self.moving_var.set_value(0.9 * self.moving_var + 0.1 * var)

        if self.training:
            y = (x - mean) / paddle.sqrt(var + 1e-5)
        else:
            y = (x - self.moving_mean) / paddle.sqrt(self.moving_var + 1e-5)
        y = self.gamma * y + self.beta
        return F.relu(y) if self.act == "relu" else y
