# chapter: resnet
# kind: an error in forward
# fails: bottleneck.shape, bottleneck.parameters, bottleneck.projection, bottleneck.stride, bottleneck.flag, bottleneck.mode
# says: cannot be combined element by element
import paddle
import paddle.nn.functional as F
from paddle import nn

class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, kernel_size // 2, groups=groups, bias_attr=False)
        self.bn, self.act = nn.BatchNorm2D(out_channels), act

    def forward(self, x):
        x = self.bn(self.conv(x))
        return F.relu(x) if self.act == "relu" else x

class BottleneckBlock(nn.Layer):
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        self.a = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.b = ConvBNLayer(out_channels, out_channels, 3, stride, act="relu")
        self.c = ConvBNLayer(out_channels, 4 * out_channels, 1)

    def forward(self, x):
        return F.relu(x + self.c(self.b(self.a(x))))
