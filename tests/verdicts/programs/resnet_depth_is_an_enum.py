# chapter: resnet
# kind: a network in other words
# fails: -
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


import math
from enum import Enum


class Depth(Enum):
    RESNET50 = 50
    RESNET101 = 101
    RESNET152 = 152

    @property
    def counts(self):
        return {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}[self.value]


class ResNet(nn.Layer):
    def __init__(self, layers=50, num_classes=1):
        super().__init__()
        self.stem = nn.Sequential(ConvBNLayer(3, 64, 7, stride=2, act="relu"), nn.MaxPool2D(3, 2, 1))
        self.stages = nn.LayerList()
        channels = 64
        for count, width, stride in zip(Depth(layers).counts, (64, 128, 256, 512), (1, 2, 2, 2)):
            stage = nn.Sequential(BottleneckBlock(channels, width, stride, False))
            channels = 4 * width
            for k in range(1, count):
                stage.add_sublayer(str(k), BottleneckBlock(channels, width, 1))
            self.stages.append(stage)
        drawn = nn.initializer.KaimingUniform(negative_slope=math.sqrt(5), nonlinearity="leaky_relu")
        self.fc = nn.Linear(channels, num_classes, weight_attr=drawn)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.fc(x.mean(axis=[-2, -1]))
