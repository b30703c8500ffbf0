# chapter: lenet
# kind: nested containers
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stages = nn.LayerList([
            nn.Sequential(nn.Sequential(nn.Conv2D(1, 6, 5), nn.Sigmoid()), nn.MaxPool2D(2, 2)),
            nn.Sequential(nn.LayerList([nn.Conv2D(6, 16, 5)])[0], nn.Sigmoid(), nn.MaxPool2D(2, 2)),
            nn.Sequential(("conv", nn.Conv2D(16, 120, 4)), ("act", nn.Sigmoid()), ("flat", nn.Flatten())),
        ])
        self.head = nn.Sequential(nn.Linear(120, 64), nn.Sigmoid(), nn.Linear(64, num_classes))

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        return self.head(x)
