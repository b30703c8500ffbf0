# generated from source/resnet/notebook.py, do not edit


import warnings
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class ConvBNLayer(nn.Layer):
    """Convolution without bias, batch norm, ReLU or nothing.

    x: float32 [N, in_channels, H, W]; returns float32 [N, out_channels, (H - 1) // stride + 1, (W - 1) // stride + 1].
    """

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        # TODO：建卷积（填充多少？要不要偏置？）和批归一化，记住 act
        padding = (kernel_size - 1) // 2
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias_attr=False)
        self.norm = nn.BatchNorm2D(out_channels)
        self.act = act

    def forward(self, x):
        # TODO：三步的顺序
        y = self.norm(self.conv(x))
        return F.relu(y) if self.act == "relu" else y


class BottleneckBlock(nn.Layer):
    """relu(F(x) + shortcut(x)).

    x: float32 [N, in_channels, H, W]; returns float32 [N, 4 * out_channels, (H - 1) // stride + 1, (W - 1) // stride + 1].
    """

    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        # TODO：主路的三个 ConvBNLayer（谁有步长？谁有 ReLU？）；需要时再建投影
        self.reduce = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.middle = ConvBNLayer(out_channels, out_channels, 3, stride=stride, act="relu")
        self.expand = ConvBNLayer(out_channels, 4 * out_channels, 1)
        self.projection = None if shortcut else ConvBNLayer(in_channels, 4 * out_channels, 1, stride=stride)

    def forward(self, x):
        # TODO：主路、捷径、相加、ReLU
        residual = self.expand(self.middle(self.reduce(x)))
        skipped = x if self.projection is None else self.projection(x)
        return F.relu(residual + skipped)


class ResNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]. He et al. 2016, table 1."""

    def __init__(self, layers=50, num_classes=1):
        super().__init__()
        # TODO：这个深度的四级各有几块？拒绝不认识的深度
        depths = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
        if layers not in depths:
            raise ValueError(f"layers must be one of {sorted(depths)}, not {layers}")

        # TODO：开头的卷积和池化
        self.stem = ConvBNLayer(3, 64, 7, stride=2, act="relu")
        self.pool = nn.MaxPool2D(3, stride=2, padding=1)

        # TODO：四级的所有块：每块的输入通道、步长、捷径
        blocks, in_channels = [], 64
        for stage, count in enumerate(depths[layers]):
            out_channels = 64 * 2**stage
            for place in range(count):
                stride = 2 if stage > 0 and place == 0 else 1
                blocks.append(BottleneckBlock(in_channels, out_channels, stride, shortcut=place > 0))
                in_channels = 4 * out_channels
        self.stages = nn.Sequential(*blocks)

        # TODO：全连接层和它的初始权重
        bound = 1 / 2048**0.5
        self.fc = nn.Linear(2048, num_classes, weight_attr=nn.initializer.Uniform(-bound, bound))

    def forward(self, x):
        # TODO：开头、四级、全局平均池化、全连接
        x = self.pool(self.stem(x))  # [N, 64, 56, 56]
        x = self.stages(x)  # [N, 2048, 7, 7]
        x = F.adaptive_avg_pool2d(x, 1)  # [N, 2048, 1, 1]
        return self.fc(paddle.flatten(x, 1))  # [N, num_classes]
