# chapter: vgg
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.convs = nn.LayerList(
            [nn.Conv2D(out_channels if k else in_channels, out_channels, 3, padding=1, data_format="NHWC") for k in range(num_convs)]
        )

    def forward(self, x):
        x = x.transpose([0, 2, 3, 1])
        for conv in self.convs:
            x = F.relu(conv(x))
        return F.max_pool2d(x, 2, 2, data_format="NHWC").transpose([0, 3, 1, 2])
