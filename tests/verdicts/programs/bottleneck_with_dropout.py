# chapter: resnet
# kind: dropout where none is asked
# fails: bottleneck.mode
# says: no other layer, such as dropout, may act in train mode alone
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
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        self.a = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.b = ConvBNLayer(out_channels, out_channels, 3, stride=stride, act="relu")
        self.c = ConvBNLayer(out_channels, out_channels * 4, 1)
        self.drop = nn.Dropout(0.1)
        self.short = nn.Identity() if shortcut else ConvBNLayer(in_channels, out_channels * 4, 1, stride=stride)

    def forward(self, x):
        return F.relu(self.short(x) + self.c(self.drop(self.b(self.a(x)))))
