# chapter: resnet
# kind: projection chosen by shape
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self._conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, (kernel_size - 1) // 2, groups=groups, bias_attr=False)
        self._batch_norm = nn.BatchNorm2D(out_channels)
        self._act = getattr(F, act) if act else (lambda x: x)

    def forward(self, x):
        return self._act(self._batch_norm(self._conv(x)))

class BottleneckBlock(nn.Layer):
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        super().__init__()
        self.conv0 = ConvBNLayer(in_channels, out_channels, 1, act="relu")
        self.conv1 = ConvBNLayer(out_channels, out_channels, 3, stride=stride, act="relu")
        self.conv2 = ConvBNLayer(out_channels, out_channels * 4, 1, act=None)
        if not shortcut:
            self.short = ConvBNLayer(in_channels, out_channels * 4, 1, stride=stride)
        self.shortcut = shortcut

    def forward(self, inputs):
        y = self.conv2(self.conv1(self.conv0(inputs)))
        short = inputs if self.shortcut else self.short(inputs)
        return F.relu(paddle.add(x=short, y=y))
