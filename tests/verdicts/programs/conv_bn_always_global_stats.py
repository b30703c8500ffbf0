# chapter: resnet
# kind: the mode of a norm
# fails: conv_bn.mode
import paddle
import paddle.nn.functional as F
from paddle import nn

class ConvBNLayer(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        self.conv = nn.Conv2D(
            in_channels, out_channels, kernel_size, stride, kernel_size // 2, groups=groups, bias_attr=False
        )
        self.norm = nn.BatchNorm2D(out_channels, use_global_stats=True)
        self.act = act

    def forward(self, x):
        y = self.norm(self.conv(x))
        return getattr(F, self.act)(y) if self.act else y
