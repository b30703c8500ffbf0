# chapter: vgg
# kind: dropout that is not registered
# fails: network.behaviour, network.gradients, network.dropout
# why: nn.Dropout as an attribute of the class is in no sublayer: eval() does not reach it
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.convs = nn.LayerList()
        for k in range(num_convs):
            self.convs.append(nn.Conv2D(in_channels if k == 0 else out_channels, out_channels, 3, padding=1))

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return F.max_pool2d(x, 2, 2)


class VGG(nn.Layer):
    dropout = nn.Dropout(0.5)

    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        blocks, width = [], 3
        for count, out in conv_arch:
            blocks.append(VGGBlock(count, width, out))
            width = out
        self.features = nn.Sequential(*blocks)
        self.fc1 = nn.Linear(width * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)

    def forward(self, x):
        x = paddle.flatten(self.features(x), 1)
        x = self.dropout(F.relu(self.fc1(x)))
        x = self.dropout(F.relu(self.fc2(x)))
        return self.fc3(x)
