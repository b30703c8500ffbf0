# chapter: lenet
# kind: Paddle of long ago
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: paddle.fluid is used at line 10
# says: was removed in 2.5
import paddle
import paddle.nn.functional as F
from paddle import nn

import paddle.fluid as fluid

class LeNet(fluid.dygraph.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = fluid.dygraph.Conv2D(num_channels=1, num_filters=6, filter_size=5, act="sigmoid")

    def forward(self, x):
        return self.conv1(x)
