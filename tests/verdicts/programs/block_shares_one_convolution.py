# chapter: vgg
# kind: a block in other words
# fails: block.parameters
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.first, self.other = nn.Conv2D(in_channels, out_channels, 3, padding=1), nn.Conv2D(out_channels, out_channels, 3, padding=1)
        self.num_convs = num_convs

    def forward(self, x):
        x = F.relu(self.first(x))
        for _ in range(self.num_convs - 1):
            x = F.relu(self.other(x))
        return F.max_pool2d(x, 2, 2)
