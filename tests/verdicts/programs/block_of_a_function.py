# chapter: vgg
# kind: a definition in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

def VGGBlock(num_convs, in_channels, out_channels):
    layers = []
    for _ in range(num_convs):
        layers += [nn.Conv2D(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2D(2, 2))
