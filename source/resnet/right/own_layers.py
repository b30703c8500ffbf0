# right: functional convolution with an own parameter, a helper function, in-place addition, other names and orders
import math

import paddle
import paddle.nn.functional as F


class ConvBNLayer(paddle.nn.Layer):
    def __init__(self, num_channels, num_filters, filter_size, stride=1, groups=1, act=None):
        super(ConvBNLayer, self).__init__()
        pad = [(filter_size - 1) // 2] * 2
        self._batch_norm = paddle.nn.BatchNorm2D(num_filters)
        self.w = self.create_parameter([num_filters, num_channels // groups, filter_size, filter_size])
        self.settings = {"stride": stride, "padding": pad, "groups": groups}
        self.act = {"relu": F.relu, None: lambda t: t}[act]

    def forward(self, inputs):
        return self.act(self._batch_norm(F.conv2d(inputs, self.w, **self.settings)))


class BottleneckBlock(paddle.nn.Layer):
    def __init__(self, num_channels, num_filters, stride, shortcut=True):
        super(BottleneckBlock, self).__init__()
        if not shortcut:
            self.short = ConvBNLayer(num_channels, num_filters * 4, 1, stride)
        self.conv2 = ConvBNLayer(num_filters, num_filters * 4, 1)
        self.conv1 = ConvBNLayer(num_filters, num_filters, 3, stride, act="relu")
        self.conv0 = ConvBNLayer(num_channels, num_filters, 1, act="relu")
        self.shortcut = shortcut
        self.out_width = num_filters * 4

    def forward(self, inputs):
        short = inputs if self.shortcut else self.short(inputs)
        y = self.conv0(inputs)
        y = self.conv1(y)
        y = self.conv2(y)
        y += short
        return F.relu(y)


def stage(channels, filters, count, stride):
    first = BottleneckBlock(channels, filters, stride, shortcut=False)
    return paddle.nn.Sequential(first, *[BottleneckBlock(first.out_width, filters, 1) for _ in range(count - 1)])


class ResNet(paddle.nn.Layer):
    def __init__(self, depth=50, class_dim=1):
        super(ResNet, self).__init__()
        supported = [50, 101, 152]
        assert depth in supported, "supported layers are {} but got {}".format(supported, depth)
        counts = dict(zip(supported, ([3, 4, 6, 3], [3, 4, 23, 3], [3, 8, 36, 3])))[depth]
        stdv = 1.0 / math.sqrt(2048 * 1.0)
        attr = paddle.ParamAttr(initializer=paddle.nn.initializer.Uniform(-stdv, stdv))
        self.out = paddle.nn.Linear(in_features=2048, out_features=class_dim, weight_attr=attr)
        self.conv = ConvBNLayer(3, 64, 7, 2, act="relu")
        self.layer1 = stage(64, 64, counts[0], 1)
        self.layer2 = stage(256, 128, counts[1], 2)
        self.layer3 = stage(512, 256, counts[2], 2)
        self.layer4 = stage(1024, 512, counts[3], 2)
        self.avg = paddle.nn.AdaptiveAvgPool2D(output_size=1)

    def forward(self, inputs):
        y = self.conv(inputs)
        y = F.max_pool2d(y, kernel_size=3, stride=2, padding=1)
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        y = self.avg(y)
        return self.out(paddle.reshape(y, [y.shape[0], -1]))
