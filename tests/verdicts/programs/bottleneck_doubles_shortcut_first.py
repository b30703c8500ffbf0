# chapter: resnet
# kind: another count
# fails: bottleneck.shape, bottleneck.parameters, bottleneck.identity, bottleneck.projection, bottleneck.stride, bottleneck.flag, bottleneck.mode
# says: At side 5 the channels differ: got [10, 10], expected [20, 20]
# never: The sides first differ
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
        self.bn = nn.BatchNorm2D(out_channels)
        self.act = act

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x) if self.act == "relu" else x


class BottleneckBlock(nn.Layer):
    expansion = 2

    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        wide = out_channels * self.expansion
        self.conv1 = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.conv2 = ConvBNLayer(out_channels, out_channels, 3, stride, act="relu")
        self.conv3 = ConvBNLayer(out_channels, wide, 1)
        self.downsample = None if shortcut else ConvBNLayer(in_channels, wide, 1, stride)

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        return F.relu(self.conv3(self.conv2(self.conv1(x))) + identity)
