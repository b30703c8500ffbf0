# chapter: lenet
# kind: a module that was not handed in
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: my_layers is imported at line 10
# says: file of your own
import paddle
import paddle.nn.functional as F
from paddle import nn

from my_layers import ConvSigmoid

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.a, self.b, self.c = ConvSigmoid(1, 6, 5), ConvSigmoid(6, 16, 5), ConvSigmoid(16, 120, 4)
        self.fc1, self.fc2 = nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.c(F.max_pool2d(self.b(F.max_pool2d(self.a(x), 2)), 2))
        return self.fc2(F.sigmoid(self.fc1(paddle.flatten(x, 1))))
