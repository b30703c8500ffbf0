# chapter: vgg
# kind: a ready-made network
# fails: -
# flag: make_layers
import paddle
import paddle.nn.functional as F
from paddle import nn

from paddle.vision.models.vgg import make_layers

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.steps = make_layers([out_channels] * num_convs + ["M"])
        self.steps[0] = nn.Conv2D(in_channels, out_channels, 3, padding=1)

    def forward(self, x):
        return self.steps(x)
