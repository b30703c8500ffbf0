# right: a convolution with ReLU as a class of its own; GoogLeNet inherits from a base class; a list of blocks per stage
import paddle
import paddle.nn.functional as F
from paddle import nn


class ConvReLU(nn.Conv2D):
    def forward(self, x):
        return F.relu(super().forward(x))


class Pool(nn.MaxPool2D):
    def __init__(self, stride):
        super().__init__(3, stride, padding=1)


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.p1_1 = ConvReLU(in_channels, c1, 1)
        self.p2_1 = ConvReLU(in_channels, c2[0], 1)
        self.p2_2 = ConvReLU(c2[0], c2[1], 3, padding=(1, 1))
        self.p3_1 = ConvReLU(in_channels, c3[0], 1)
        self.p3_2 = ConvReLU(c3[0], c3[1], 5, padding=(2, 2))
        self.p4_1 = Pool(1)
        self.p4_2 = ConvReLU(in_channels, c4, 1)

    def forward(self, x):
        p1, p2, p3, p4 = self.p1_1(x), self.p2_2(self.p2_1(x)), self.p3_2(self.p3_1(x)), self.p4_2(self.p4_1(x))
        out = paddle.concat([p1, p2], axis=1)
        return paddle.concat([out, paddle.concat([p3, p4], axis=1)], axis=1)


class Base(nn.Layer):
    def make_stage(self, *blocks):
        return nn.LayerList([Inception(*block) for block in blocks])


class GoogLeNet(Base):
    def __init__(self, num_classes=1):
        super().__init__()
        self.stem = nn.Sequential(
            ConvReLU(3, 64, 7, padding=3), Pool(2), ConvReLU(64, 64, 1), ConvReLU(64, 192, 3, padding=1)
        )
        self.stage3 = self.make_stage(
            (192, *BLOCK_3A),
            (256, 128, (128, 192), (32, 96), 64),
        )
        self.stage4 = self.make_stage(
            (480, 192, (96, 208), (16, 48), 64),
            (512, 160, (112, 224), (24, 64), 64),
            (512, 128, (128, 256), (24, 64), 64),
            (512, 112, (144, 288), (32, 64), 64),
            (528, 256, (160, 320), (32, 128), 128),
        )
        self.stage5 = self.make_stage(
            (832, 256, (160, 320), (32, 128), 128),
            (832, 384, (192, 384), (48, 128), 128),
        )
        self.pool = Pool(2)
        self.classifier = nn.Linear(1024, num_classes)

    def forward(self, x):
        x = self.stem(x)
        for stage in (self.stage3, self.stage4, self.stage5):
            x = self.pool(x)
            for block in stage:
                x = block(x)
        return self.classifier(x.mean(-1).mean(-1))
