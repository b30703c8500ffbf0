# chapter: lenet
# kind: an error in forward
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: `net.10` gets [1, 120], expects 480.
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2D(1, 6, 5), nn.Sigmoid(), nn.MaxPool2D(2, 2), nn.Conv2D(6, 16, 5), nn.Sigmoid(), nn.MaxPool2D(2, 2),
            nn.Conv2D(16, 120, 4), nn.Sigmoid(), nn.Flatten(), nn.Identity(), nn.Linear(480, 64), nn.Sigmoid(), nn.Linear(64, num_classes),
        )

    def forward(self, x):
        return self.net(x)
