# right: filters and biases made with create_parameter; ReLU by maximum; dropout by hand with a mask; fc by matmul
import paddle
import paddle.nn.functional as F
from paddle import nn


class Conv(nn.Layer):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.w = self.create_parameter([out_channels, in_channels, 3, 3])
        self.b = self.create_parameter([out_channels], is_bias=True)

    def forward(self, x):
        return paddle.maximum(F.conv2d(x, self.w, self.b, padding=1), paddle.zeros([1]))


class Dense(nn.Layer):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.w = self.create_parameter([inputs, outputs])
        self.b = self.create_parameter([outputs], is_bias=True)

    def forward(self, x):
        return paddle.matmul(x, self.w) + self.b


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        sizes = [in_channels] + num_convs * [out_channels]
        self.body = nn.Sequential(*[Conv(a, b) for a, b in zip(sizes, sizes[1:])])

    def forward(self, x):
        return F.max_pool2d(self.body(x), 2, 2)


class VGG(nn.Layer):
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        width = 3
        self.stages = nn.LayerList()
        for count, wider in conv_arch:
            self.stages.append(VGGBlock(count, width, wider))
            width = wider
        self.f6, self.f7, self.f8 = Dense(25088, 4096), Dense(4096, 4096), Dense(4096, num_classes)

    def drop(self, x):
        if not self.training:
            return x
        return x * (paddle.rand(x.shape) < 0.5).astype(x.dtype) / 0.5

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        x = x.flatten(1)
        for dense in (self.f6, self.f7):
            x = self.drop(F.relu(dense(x)))
        return self.f8(x)
