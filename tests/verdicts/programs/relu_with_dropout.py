# chapter: lenet_palm
# kind: dropout where none is asked
# fails: relu.behaviour
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNetReLU(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.conv1 = nn.Conv2D(3, 6, 5)
        self.conv2 = nn.Conv2D(6, 16, 5)
        self.conv3 = nn.Conv2D(16, 120, 4)
        self.fc1 = nn.Linear(300000, 64)
        self.drop = nn.Dropout(0.5)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = paddle.flatten(F.relu(self.conv3(x)), 1)
        return self.fc2(self.drop(F.relu(self.fc1(x))))
