# chapter: lenet
# kind: settings in a dataclass
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


from dataclasses import dataclass, field


@dataclass
class Settings:
    widths: list = field(default_factory=lambda: [6, 16, 120])
    kernels: tuple = (5, 5, 4)
    hidden: int = 64


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        chosen = Settings()
        ins = [1, *chosen.widths]
        self.convs = nn.LayerList([nn.Conv2D(i, o, k) for i, o, k in zip(ins, chosen.widths, chosen.kernels)])
        self.head = nn.Sequential(nn.Linear(chosen.widths[-1], chosen.hidden), nn.Sigmoid(), nn.Linear(chosen.hidden, num_classes))

    def forward(self, x):
        for place, conv in enumerate(self.convs):
            x = F.sigmoid(conv(x))
            if place < 2:
                x = F.max_pool2d(x, 2, 2)
        return self.head(x.flatten(1))
