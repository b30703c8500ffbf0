# chapter: resnet
# kind: projection chosen by shape
# fails: bottleneck.flag
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
        self.main = nn.Sequential(
            ConvBNLayer(in_channels, out_channels, 1, act="relu"),
            ConvBNLayer(out_channels, out_channels, 3, stride, act="relu"),
            ConvBNLayer(out_channels, 4 * out_channels, 1),
        )
        same = in_channels == 4 * out_channels and stride == 1
        self.skip = nn.Identity() if same else ConvBNLayer(in_channels, 4 * out_channels, 1, stride)

    def forward(self, x):
        return F.relu(self.main(x) + self.skip(x))
