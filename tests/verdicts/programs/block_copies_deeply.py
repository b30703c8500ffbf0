# chapter: vgg
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


from copy import deepcopy


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        later = nn.Conv2D(out_channels, out_channels, 3, padding=1)
        self.first = nn.Conv2D(in_channels, out_channels, 3, padding=1)
        self.others = nn.LayerList([deepcopy(later) for _ in range(num_convs - 1)])
        self.pool = nn.MaxPool2D(kernel_size=2, stride=2)

    def forward(self, x):
        x = F.relu(self.first(x))
        for conv in self.others:
            x = F.relu(conv(x))
        return self.pool(x)
