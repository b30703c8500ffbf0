# chapter: resnet
# kind: a network in other words
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
        self.bn = nn.BatchNorm2D(out_channels)
        self.act = act

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x) if self.act == "relu" else x


class BottleneckBlock(nn.Layer):
    expansion = 4

    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        self.conv1 = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.conv2 = ConvBNLayer(out_channels, out_channels, 3, stride=stride, act="relu")
        self.conv3 = ConvBNLayer(out_channels, out_channels * self.expansion, 1)
        # zero-init of the last scale in each branch, as in Goyal et al. 2017
        self.conv3.bn.weight.set_value(paddle.zeros_like(self.conv3.bn.weight))
        self.relu = nn.ReLU()
        self.downsample = None
        if not shortcut:
            self.downsample = ConvBNLayer(in_channels, out_channels * self.expansion, 1, stride=stride)

    def forward(self, x):
        identity = x
        out = self.conv3(self.conv2(self.conv1(x)))
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        return self.relu(out)


class ResNet(nn.Layer):
    def __init__(self, layers=50, num_classes=1):
        super().__init__()
        try:
            counts = {50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3]}[layers]
        except KeyError as error:
            raise ValueError(f"unsupported depth {layers}") from error
        self.in_planes = 64
        self.conv1 = ConvBNLayer(3, 64, 7, stride=2, act="relu")
        self.maxpool = nn.MaxPool2D(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(64, counts[0])
        self.layer2 = self._make_layer(128, counts[1], stride=2)
        self.layer3 = self._make_layer(256, counts[2], stride=2)
        self.layer4 = self._make_layer(512, counts[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2D((1, 1))
        bound = 1.0 / np.sqrt(512 * BottleneckBlock.expansion)
        self.fc = nn.Linear(2048, num_classes, weight_attr=nn.initializer.Uniform(-bound, bound))

    def _make_layer(self, planes, blocks, stride=1):
        layers = [BottleneckBlock(self.in_planes, planes, stride, shortcut=False)]
        self.in_planes = planes * BottleneckBlock.expansion
        for _ in range(1, blocks):
            layers.append(BottleneckBlock(self.in_planes, planes, 1))
        return nn.Sequential(*layers)

    def forward(self, x):
        x = self.maxpool(self.conv1(x))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(paddle.flatten(self.avgpool(x), 1))
