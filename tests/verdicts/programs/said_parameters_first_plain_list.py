# chapter: lenet
# kind: parameters are wrong
# fails: network.parameters, network.behaviour, network.batches
# says: First correct the parameters
# never: the order of layers
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.steps = [nn.Conv2D(1, 6, 5), nn.Sigmoid(), nn.MaxPool2D(2, 2), nn.Conv2D(6, 16, 5), nn.Sigmoid(), nn.MaxPool2D(2, 2)]
        self.steps += [nn.Conv2D(16, 120, 4), nn.Sigmoid(), nn.Flatten(), nn.Linear(120, 64), nn.Sigmoid(), nn.Linear(64, num_classes)]

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x
