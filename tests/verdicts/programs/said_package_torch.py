# chapter: lenet
# kind: a package that is not there
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: torch is imported at line 9, but this package is not installed
import paddle
import paddle.nn.functional as F
from paddle import nn

import torch.nn as tnn

class LeNet(tnn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = tnn.Conv2d(1, 6, 5)

    def forward(self, x):
        return self.conv1(x)
