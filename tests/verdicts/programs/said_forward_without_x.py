# chapter: lenet
# kind: forward with another signature
# fails: network.shape, network.behaviour, network.classes, network.batches
# says: write def forward(self, x)
# never: must accept num_classes
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2D(1, 6, 5)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.fc1 = nn.Linear(120, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self):
        x = F.max_pool2d(F.sigmoid(self.conv1(x)), 2)
        x = F.max_pool2d(F.sigmoid(self.conv2(x)), 2)
        x = F.sigmoid(self.conv3(x))
        x = paddle.flatten(x, 1)
        x = F.sigmoid(self.fc1(x))
        return self.fc2(x)
