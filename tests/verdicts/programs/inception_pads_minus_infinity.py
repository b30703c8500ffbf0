# chapter: googlenet
# kind: padding in other words
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
        self.pool, self.p4 = nn.MaxPool2D(3, stride=1), nn.Conv2D(in_channels, c4, 1)

    def forward(self, x):
        p1 = F.relu(self.p1(x))
        p2 = F.relu(self.p2b(F.relu(self.p2a(x))))
        p3 = F.relu(self.p3b(F.relu(self.p3a(x))))
        p4 = F.relu(self.p4(self.pool(F.pad(x, [1, 1, 1, 1], value=float('-inf')))))
        return paddle.concat([p1, p2, p3, p4], axis=1)
