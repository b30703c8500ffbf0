# chapter: lenet_palm
# kind: a number of another type
# fails: arms.shape, arms.parameters, arms.tanh, arms.relu, arms.sigmoid
# says: divide with // and not with /
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNetWith(nn.Layer):
    def __init__(self, activation, side, num_classes=1):
        super().__init__()
        self.act = getattr(F, activation)
        self.conv1, self.conv2, self.conv3 = nn.Conv2D(3, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        n = ((side - 4) / 2 - 4) / 2 - 3
        self.fc1, self.fc2 = nn.Linear(120 * n * n, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.act(self.conv1(x)), 2, 2)
        x = F.max_pool2d(self.act(self.conv2(x)), 2, 2)
        x = self.act(self.conv3(x)).flatten(1)
        return self.fc2(self.act(self.fc1(x)))
