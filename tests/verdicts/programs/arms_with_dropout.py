# chapter: lenet_palm
# kind: dropout where none is asked
# fails: arms.tanh
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNetWith(nn.Layer):
    def __init__(self, activation, side, num_classes=1):
        super().__init__()
        self.act = {"sigmoid": F.sigmoid, "tanh": F.tanh, "relu": F.relu}[activation]
        self.conv1 = nn.Conv2D(3, 6, 5)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.conv3 = nn.Conv2D(16, 120, 4)
        last = ((side - 4) // 2 - 4) // 2 - 3
        self.fc1 = nn.Linear(120 * last * last, 64)
        self.fc2 = nn.Linear(64, num_classes)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = F.max_pool2d(self.act(self.conv1(x)), 2)
        x = F.max_pool2d(self.act(self.conv2(x)), 2)
        x = paddle.flatten(self.act(self.conv3(x)), 1)
        return self.fc2(self.drop(self.act(self.fc1(x))))
