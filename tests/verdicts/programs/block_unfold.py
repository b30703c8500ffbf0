# chapter: vgg
# kind: convolution by unfold
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class Conv(nn.Layer):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.w = self.create_parameter([c_out, c_in, 3, 3])
        self.b = self.create_parameter([c_out], is_bias=True)

    def forward(self, x):
        n, c, h, w = x.shape
        columns = F.unfold(x, 3, paddings=1)
        out = paddle.matmul(self.w.reshape([self.w.shape[0], -1]), columns) + self.b.reshape([1, -1, 1])
        return out.reshape([n, -1, h, w])


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        sizes = [in_channels] + [out_channels] * num_convs
        self.layers = nn.Sequential(*[m for a, b in zip(sizes, sizes[1:]) for m in (Conv(a, b), nn.ReLU())], nn.MaxPool2D(2))

    def forward(self, x):
        return self.layers(x)
