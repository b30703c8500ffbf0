# chapter: alexnet
# kind: dropout by hand
# fails: network.behaviour, network.gradients
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class AlexNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.c1, self.c2 = nn.Conv2D(3, 96, 11, 4, 5), nn.Conv2D(96, 256, 5, padding=2)
        self.c3, self.c4 = nn.Conv2D(256, 384, 3, padding=1), nn.Conv2D(384, 384, 3, padding=1)
        self.c5, self.pool = nn.Conv2D(384, 256, 3, padding=1), nn.MaxPool2D(2, 2)
        self.f1, self.f2, self.f3 = nn.Linear(12544, 4096), nn.Linear(4096, 4096), nn.Linear(4096, num_classes)

    def drop(self, x):
        return F.dropout(x, 0.5, training=self.training, mode="downscale_in_infer")

    def forward(self, x):
        relu = F.relu
        x = self.pool(relu(self.c2(self.pool(relu(self.c1(x))))))
        x = self.pool(relu(self.c5(relu(self.c4(relu(self.c3(x)))))))
        x = self.drop(relu(self.f1(paddle.flatten(x, 1))))
        return self.f3(self.drop(relu(self.f2(x))))
