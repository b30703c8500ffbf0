# chapter: googlenet
# kind: a network in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.p1 = nn.Conv2D(in_channels, c1, 1)
        self.p2a, self.p2b = nn.Conv2D(in_channels, c2[0], 1), nn.Conv2D(c2[0], c2[1], 3, padding=1)
        self.p3a, self.p3b = nn.Conv2D(in_channels, c3[0], 1), nn.Conv2D(c3[0], c3[1], 5, padding=2)
        self.pool, self.p4 = nn.MaxPool2D(3, stride=1, padding=1), nn.Conv2D(in_channels, c4, 1)

    def forward(self, x):
        p1 = F.relu(self.p1(x))
        p2 = F.relu(self.p2b(F.relu(self.p2a(x))))
        p3 = F.relu(self.p3b(F.relu(self.p3a(x))))
        p4 = F.relu(self.p4(self.pool(x)))
        return paddle.concat([p1, p2, p3, p4], axis=1)


from dataclasses import dataclass


@dataclass(frozen=True)
class Widths:
    c1: int
    c2: tuple
    c3: tuple
    c4: int

    @property
    def total(self):
        return self.c1 + self.c2[1] + self.c3[1] + self.c4


STAGES = [
    [Widths(64, (96, 128), (16, 32), 32), Widths(128, (128, 192), (32, 96), 64)],
    [Widths(192, (96, 208), (16, 48), 64), Widths(160, (112, 224), (24, 64), 64), Widths(128, (128, 256), (24, 64), 64),
     Widths(112, (144, 288), (32, 64), 64), Widths(256, (160, 320), (32, 128), 128)],
    [Widths(256, (160, 320), (32, 128), 128), Widths(384, (192, 384), (48, 128), 128)],
]


def halved():
    return nn.MaxPool2D(kernel_size=3, stride=2, padding=1)


class GoogLeNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.stage1 = nn.Sequential(nn.Conv2D(3, 64, 7, padding=3), nn.ReLU(), halved())
        self.stage2 = nn.Sequential(nn.Conv2D(64, 64, 1), nn.ReLU(), nn.Conv2D(64, 192, 3, padding=1), nn.ReLU(), halved())
        width = 192
        for place, stage in enumerate(STAGES, 3):
            blocks = nn.Sequential()
            for k, w in enumerate(stage):
                blocks.add_sublayer(f"block{k}", Inception(width, w.c1, w.c2, w.c3, w.c4))
                width = w.total
            blocks.add_sublayer("pool", halved() if place < 5 else nn.AvgPool2D(14))
            setattr(self, f"stage{place}", blocks)
        self.head = nn.Sequential(nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, num_classes))

    def forward(self, x):
        for place in range(1, 6):
            x = getattr(self, f"stage{place}")(x)
        return self.head(x)
