# chapter: vgg
# kind: ReLU in other words
# fails: -
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
        self.pool = nn.MaxPool2D(kernel_size=2, stride=2)

    def forward(self, x):
        for conv in self.convs:
            x = (lambda t: F.rrelu(t, 0.0, 0.0, training=False))(conv(x))
        return self.pool(x)
