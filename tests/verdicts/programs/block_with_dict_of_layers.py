# chapter: vgg
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        widths = [in_channels, *[out_channels] * num_convs]
        self.convs = nn.LayerDict({f"c{n}": nn.Conv2D(a, b, 3, 1, 1) for n, (a, b) in enumerate(zip(widths, widths[1:]))})

    def forward(self, x):
        for conv in self.convs.values():
            x = F.relu(conv(x))
        return F.max_pool2d(x, 2)
