# chapter: resnet
# kind: completed later
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


_models = {}


def register_model(cls):
    _models[cls.__name__] = cls
    return cls


@register_model
class ConvBN(nn.Layer):
    def __init__(self, i, o, k, s, g, act):
        super().__init__()
        self.conv = nn.Conv2D(i, o, k, s, k // 2, groups=g, bias_attr=False)
        self.bn = nn.BatchNorm2D(o)
        self.act = nn.ReLU() if act == "relu" else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


def create_model(name, *args):
    return _models[name](*args)


def ConvBNLayer(in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
    return create_model("ConvBN", in_channels, out_channels, kernel_size, stride, groups, act)
