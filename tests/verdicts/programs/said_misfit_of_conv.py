# chapter: lenet
# kind: an error in forward
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: `conv2` gets [1, 6, 12, 12], expects 16.
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2D(1, 6, 5), nn.Conv2D(16, 16, 5), nn.Conv2D(16, 120, 4)
        self.pool, self.fc1, self.fc2 = nn.MaxPool2D(2, 2), nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.pool(F.sigmoid(self.conv1(x)))
        x = self.pool(F.sigmoid(self.conv2(x)))
        x = paddle.flatten(F.sigmoid(self.conv3(x)), 1)
        return self.fc2(F.sigmoid(self.fc1(x)))
