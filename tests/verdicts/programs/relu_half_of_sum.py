# chapter: vgg
# kind: an activation in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        widths = [in_channels] + [out_channels] * num_convs
        self.convs = nn.LayerList([nn.Conv2D(a, b, 3, padding=1) for a, b in zip(widths, widths[1:])])
        self.pool = nn.MaxPool2D(2, 2)

    def forward(self, x):
        for conv in self.convs:
            y = conv(x)
            x = (y + paddle.abs(y)) / 2
        return self.pool(x)
