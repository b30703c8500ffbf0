# chapter: lenet_palm
# kind: parameters that are not trained
# fails: network.parameters
# says: or do the biases have trainable=False
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        still = paddle.ParamAttr(trainable=False)
        self.conv1 = nn.Conv2D(3, 6, 5, bias_attr=still)
        self.conv2 = nn.Conv2D(6, 16, 5, bias_attr=still)
        self.conv3 = nn.Conv2D(16, 120, 4, bias_attr=still)
        self.fc1, self.fc2 = nn.Linear(300000, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.sigmoid(self.conv1(x)), 2, 2)
        x = F.max_pool2d(F.sigmoid(self.conv2(x)), 2, 2)
        x = F.sigmoid(self.conv3(x)).flatten(1)
        return self.fc2(F.sigmoid(self.fc1(x)))
