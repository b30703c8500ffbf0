# generated from source/googlenet/notebook.py, do not edit


import warnings
import matplotlib.pyplot as plt
import paddle
import paddle.nn.functional as F
from paddle import nn


class Inception(nn.Layer):
    """Four branches joined: float32 [N, in_channels, H, W] -> float32 [N, c1 + c2[1] + c3[1] + c4, H, W]."""

    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.branch1_1x1 = nn.Conv2D(in_channels, c1, 1)
        self.branch2_1x1 = nn.Conv2D(in_channels, c2[0], 1)
        self.branch3_1x1 = nn.Conv2D(in_channels, c3[0], 1)
        # TODO：分支 2 的 3x3 卷积，分支 3 的 5x5 卷积，分支 4 的池化和 1x1 卷积；选好填充
        self.branch2_3x3 = nn.Conv2D(c2[0], c2[1], 3, padding=1)
        self.branch3_5x5 = nn.Conv2D(c3[0], c3[1], 5, padding=2)
        self.branch4_pool = nn.MaxPool2D(3, stride=1, padding=1)
        self.branch4_1x1 = nn.Conv2D(in_channels, c4, 1)

    def forward(self, x):
        branch1 = F.relu(self.branch1_1x1(x))  # [N, c1, H, W]
        # TODO：另外三条分支，然后拼接
        branch2 = F.relu(self.branch2_1x1(x))  # [N, c2[0], H, W]
        branch2 = F.relu(self.branch2_3x3(branch2))  # [N, c2[1], H, W]
        branch3 = F.relu(self.branch3_1x1(x))  # [N, c3[0], H, W]
        branch3 = F.relu(self.branch3_5x5(branch3))  # [N, c3[1], H, W]
        branch4 = F.relu(self.branch4_1x1(self.branch4_pool(x)))  # [N, c4, H, W]
        return paddle.concat([branch1, branch2, branch3, branch4], axis=1)


# c1, c2, c3, c4
CHANNELS = {
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}


class GoogLeNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        # TODO：第 1、2 级的三个卷积，级与级之间的池化
        self.conv1 = nn.Conv2D(3, 64, 7, padding=3)
        self.conv2_1x1 = nn.Conv2D(64, 64, 1)
        self.conv2_3x3 = nn.Conv2D(64, 192, 3, padding=1)
        self.pool = nn.MaxPool2D(3, stride=2, padding=1)  # has no parameters, so it can be used in all stages
        # TODO：块 3a，四个数是你自己的 BLOCK_3A；另外八个块，每个的输入通道数由你推算；全局平均池化；全连接层
        self.block3a = Inception(192, *(64, (96, 128), (16, 32), 32))
        self.block3b = Inception(256, *CHANNELS["3b"])
        self.block4a = Inception(480, *CHANNELS["4a"])
        self.block4b = Inception(512, *CHANNELS["4b"])
        self.block4c = Inception(512, *CHANNELS["4c"])
        self.block4d = Inception(512, *CHANNELS["4d"])
        self.block4e = Inception(528, *CHANNELS["4e"])
        self.block5a = Inception(832, *CHANNELS["5a"])
        self.block5b = Inception(832, *CHANNELS["5b"])
        self.global_pool = nn.AdaptiveAvgPool2D(1)
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, x):
        # TODO：把五级连起来，每一步写下形状
        x = self.pool(F.relu(self.conv1(x)))  # [N, 64, 112, 112]
        x = F.relu(self.conv2_1x1(x))  # [N, 64, 112, 112]
        x = self.pool(F.relu(self.conv2_3x3(x)))  # [N, 192, 56, 56]
        x = self.block3b(self.block3a(x))  # [N, 480, 56, 56]
        x = self.pool(x)  # [N, 480, 28, 28]
        x = self.block4c(self.block4b(self.block4a(x)))  # [N, 512, 28, 28]
        x = self.block4e(self.block4d(x))  # [N, 832, 28, 28]
        x = self.pool(x)  # [N, 832, 14, 14]
        x = self.block5b(self.block5a(x))  # [N, 1024, 14, 14]
        x = self.global_pool(x)  # [N, 1024, 1, 1]
        return self.fc(paddle.flatten(x, 1))  # [N, num_classes]
