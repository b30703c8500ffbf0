# chapter: lenet
# kind: a sigmoid before and after the second pooling layer
# fails: network.behaviour, network.batches
# says: a sigmoid before and after the second pooling layer
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2D(1, 6, 5), nn.Sigmoid(), nn.MaxPool2D(2, 2),
            nn.Conv2D(6, 16, 5), nn.Sigmoid(), nn.MaxPool2D(2, 2), nn.Sigmoid(), nn.Conv2D(16, 120, 4),
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(120, 64), nn.Sigmoid(), nn.Linear(64, num_classes))

    def forward(self, x):
        return self.classifier(self.features(x))
