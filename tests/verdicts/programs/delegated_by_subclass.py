# chapter: resnet
# kind: a ready-made network
# fails: -
# flag: BottleneckBlock
import paddle
import paddle.nn.functional as F
from paddle import nn

from paddle.vision.models.resnet import BottleneckBlock as Ready

class ConvBNLayer(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__(
            nn.Conv2D(in_channels, out_channels, kernel_size, stride, kernel_size // 2, groups=groups, bias_attr=False),
            nn.BatchNorm2D(out_channels), *([nn.ReLU()] if act else []),
        )

class BottleneckBlock(Ready):
    def __init__(self, in_channels, out_channels, stride, shortcut=True):
        down = None if shortcut else ConvBNLayer(in_channels, 4 * out_channels, 1, stride)
        super().__init__(in_channels, out_channels, stride, down)
