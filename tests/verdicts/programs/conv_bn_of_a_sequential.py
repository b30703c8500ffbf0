# chapter: resnet
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class ConvBNLayer(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        pad = (kernel_size - 1) // 2
        conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, pad, groups=groups, bias_attr=False)
        last = [nn.ReLU()] if act == "relu" else []
        super().__init__(conv, nn.BatchNorm2D(out_channels), *last)
