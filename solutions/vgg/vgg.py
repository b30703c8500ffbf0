# generated from source/vgg/notebook.py, do not edit


import tempfile
import warnings
from pathlib import Path
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn
from safetensors.numpy import load_file, save_file


class VGGBlock(nn.Layer):
    """num_convs times (3x3 convolution, ReLU), then 2x2 max-pooling.

    x: float32 [N, in_channels, H, W]; returns float32 [N, out_channels, H / 2, W / 2].
    """

    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        # TODO：num_convs 个卷积和一个池化；每个卷积的输入通道数是多少？怎样让它们都被登记？
        widths = [in_channels] + [out_channels] * (num_convs - 1)
        self.convs = nn.LayerList([nn.Conv2D(width, out_channels, 3, padding=1) for width in widths])
        self.pool = nn.MaxPool2D(2, 2)

    def forward(self, x):
        # TODO：哪几步要重复，哪一步只做一次？
        for conv in self.convs:
            x = F.relu(conv(x))  # [N, out_channels, H, W]
        return self.pool(x)  # [N, out_channels, H / 2, W / 2]


class VGG(nn.Layer):
    """images: float32 [N, 3, 224, 224] in [-1, 1]; returns logits: float32 [N, num_classes].

    conv_arch: five pairs (number of convolutions, output channels), the last with 512 channels.
    """

    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        # TODO：按 conv_arch 建五个块；每个块的输入通道数从哪里来？
        blocks = []
        in_channels = 3
        for num_convs, out_channels in conv_arch:
            blocks.append(VGGBlock(num_convs, in_channels, out_channels))
            in_channels = out_channels
        self.blocks = nn.Sequential(*blocks)
        # TODO：三个全连接层和丢弃法；第一个全连接层有多少输入？
        self.fc1 = nn.Linear(512 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        # TODO：块、展平、全连接；哪里有 ReLU，哪里有丢弃法？
        x = self.blocks(x)  # [N, 512, 7, 7]
        x = paddle.flatten(x, 1)  # [N, 25088]
        x = self.dropout(F.relu(self.fc1(x)))  # [N, 4096]
        x = self.dropout(F.relu(self.fc2(x)))  # [N, 4096]
        return self.fc3(x)  # [N, num_classes]
