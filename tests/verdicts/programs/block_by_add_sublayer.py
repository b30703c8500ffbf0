# chapter: vgg
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.num_convs = num_convs
        for i in range(num_convs):
            self.add_sublayer(f"conv{i}", nn.Conv2D(in_channels, out_channels, kernel_size=3, padding="same"))
            in_channels = out_channels

    def forward(self, x):
        for i in range(self.num_convs):
            x = getattr(self, f"conv{i}")(x)
            x = paddle.maximum(x, paddle.zeros_like(x))
        return F.max_pool2d(x, kernel_size=2, stride=2)
