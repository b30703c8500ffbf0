# chapter: googlenet
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        (r3, w3), (r5, w5) = c2, c3
        conv = lambda *a, **k: nn.Sequential(nn.Conv2D(*a, **k), nn.ReLU())
        self.one = conv(in_channels, c1, 1)
        self.three = nn.Sequential(conv(in_channels, r3, 1), conv(r3, w3, 3, padding=1))
        self.five = nn.Sequential(conv(in_channels, r5, 1), conv(r5, w5, 5, padding=2))
        self.pooled = nn.Sequential(nn.MaxPool2D(3, 1, padding="SAME"), conv(in_channels, c4, 1))

    def forward(self, x):
        return paddle.concat([branch(x) for branch in (self.one, self.three, self.five, self.pooled)], 1)
