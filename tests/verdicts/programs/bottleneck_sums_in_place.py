# chapter: resnet
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self.conv = nn.Conv2D(
            in_channels, out_channels, kernel_size, stride, (kernel_size - 1) // 2, groups=groups, bias_attr=False
        )
        self.bn = nn.BatchNorm2D(out_channels)
        self.act = act

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x) if self.act == "relu" else x


class BottleneckBlock(nn.Layer):
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        widths = [(in_channels, out_channels, 1, 1, "relu"), (out_channels, out_channels, 3, stride, "relu"), (out_channels, 4 * out_channels, 1, 1, None)]
        self.main = nn.Sequential(*[ConvBNLayer(i, o, k, s, 1, a) for i, o, k, s, a in widths])
        if not shortcut:
            self.projection = ConvBNLayer(in_channels, 4 * out_channels, 1, stride)
        self.residual = (lambda x: x) if shortcut else self.projection

    def forward(self, x):
        y = self.main(x)
        y.add_(self.residual(x))
        return F.relu_(y)
