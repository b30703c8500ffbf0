# chapter: googlenet
# kind: concat along another axis
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        conv = lambda i, o, k: nn.Sequential(nn.Conv2D(i, o, k, padding=k // 2), nn.ReLU())
        self.branches = nn.LayerList([
            conv(in_channels, c1, 1),
            nn.Sequential(conv(in_channels, c2[0], 1), conv(c2[0], c2[1], 3)),
            nn.Sequential(conv(in_channels, c3[0], 1), conv(c3[0], c3[1], 5)),
            nn.Sequential(nn.MaxPool2D(3, 1, padding=1), conv(in_channels, c4, 1)),
        ])

    def forward(self, x):
        parts = [paddle.transpose(branch(x), [1, 0, 2, 3]) for branch in self.branches]
        return paddle.transpose(paddle.concat(parts, 0), [1, 0, 2, 3])
