# chapter: resnet
# kind: a depth refused
# fails: network.other_depth
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
        self.short = nn.Identity() if shortcut else ConvBNLayer(in_channels, out_channels * 4, 1, stride=stride)

    def forward(self, x):
        return F.relu(self.short(x) + self.c(self.b(self.a(x))))


class ResNet(nn.Layer):
    def __init__(self, layers=50, num_classes=1):
        super().__init__()
        if layers >= 152:
            counts = (3, 8, 36, 3)
        elif layers >= 101:
            counts = (3, 4, 23, 3)
        elif layers >= 50:
            counts = (3, 4, 6, 3)
        else:
            raise ValueError(layers)
        self.stem = ConvBNLayer(3, 64, 7, 2, act="relu")
        self.pool = nn.MaxPool2D(3, stride=2, padding=1)
        blocks, width = [], 64
        for stage, count in enumerate(counts):
            for k in range(count):
                blocks.append(BottleneckBlock(width, 64 << stage, 2 if stage and k == 0 else 1, shortcut=k > 0))
                width = 4 * (64 << stage)
        self.blocks = nn.Sequential(*blocks)
        bound = 1 / 2048**0.5
        self.fc = nn.Linear(2048, num_classes, weight_attr=paddle.ParamAttr(initializer=nn.initializer.Uniform(-bound, bound)))

    def forward(self, x):
        x = self.blocks(self.pool(self.stem(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))
