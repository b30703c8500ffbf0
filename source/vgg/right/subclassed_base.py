# right: VGG inherits from a base class; weights with initializers; a label may be given; dropout layers in a list
import paddle
import paddle.nn.functional as F
from paddle import nn


def conv3x3(in_channels, out_channels):
    weight = paddle.ParamAttr(initializer=nn.initializer.KaimingNormal())
    return nn.Conv2D(in_channels, out_channels, kernel_size=3, stride=1, padding=1, weight_attr=weight)


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.first = conv3x3(in_channels, out_channels)
        self.others = nn.LayerList([conv3x3(out_channels, out_channels) for _ in range(num_convs - 1)])
        self.pool = nn.MaxPool2D(kernel_size=[2, 2], stride=[2, 2])

    def forward(self, inputs):
        outputs = F.relu(self.first(inputs))
        for conv in self.others:
            outputs = F.relu(conv(outputs))
        return self.pool(outputs)


class Backbone(nn.Layer):
    def __init__(self, conv_arch):
        super().__init__()
        in_channels = 3
        self.num_blocks = 0
        for num_convs, out_channels in conv_arch:
            self.num_blocks += 1
            setattr(self, "block%d" % self.num_blocks, VGGBlock(num_convs, in_channels, out_channels))
            in_channels = out_channels

    def features(self, x):
        for number in range(1, self.num_blocks + 1):
            x = getattr(self, "block%d" % number)(x)
        return x


class VGG(Backbone):
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__(conv_arch)
        self.dense = nn.LayerList([nn.Linear(25088, 4096), nn.Linear(4096, 4096)])
        self.drops = nn.LayerList([nn.Dropout(0.5), nn.Dropout(0.5)])
        self.head = nn.Linear(4096, num_classes)

    def forward(self, x, label=None):
        x = paddle.flatten(self.features(x), 1, -1)
        for dense, drop in zip(self.dense, self.drops):
            x = drop(F.relu(dense(x)))
        logits = self.head(x)
        if label is not None:
            return logits, F.binary_cross_entropy_with_logits(logits, label)
        return logits
