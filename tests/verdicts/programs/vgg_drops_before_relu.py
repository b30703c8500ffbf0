# chapter: vgg
# kind: a network in other words
# fails: -
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
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        inputs = [3] + [width for _, width in conv_arch][:-1]
        self.blocks = nn.Sequential(*[VGGBlock(n, i, o) for i, (n, o) in zip(inputs, conv_arch)])
        self.fc6, self.fc7 = nn.Linear(conv_arch[-1][1] * 49, 4096), nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, num_classes)
        self.drop = nn.Dropout(p=0.5)

    def forward(self, x):
        x = self.blocks(x).flatten(1)
        x = F.relu(self.drop(self.fc6(x)))
        x = F.relu(self.drop(self.fc7(x)))
        return self.fc8(x)
