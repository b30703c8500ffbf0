# chapter: vgg
# kind: another dropout
# fails: network.dropout
# why: AlphaDropout does not set to 0; the text asks for dropout; in eval it is the same
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
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        blocks, width = [], 3
        for count, out in conv_arch:
            blocks.append(VGGBlock(count, width, out))
            width = out
        self.features = nn.Sequential(*blocks)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(width * 49, 4096), nn.ReLU(), nn.AlphaDropout(0.5),
            nn.Linear(4096, 4096), nn.ReLU(), nn.AlphaDropout(0.5), nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.head(self.features(x))
