# chapter: resnet
# kind: batch norm in other forms
# fails: conv_bn.relu, conv_bn.linear, conv_bn.groups, conv_bn.mode
# says: The epsilon of your batch norm is too large
# never: do not fix batch norm in eval mode
# never: Pass groups to the convolution
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
        self.bn = nn.BatchNorm2D(out_channels, epsilon=1e-2)
        self.act = act

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x) if self.act == "relu" else x
