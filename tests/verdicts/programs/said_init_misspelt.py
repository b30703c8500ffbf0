# chapter: lenet
# kind: __init__ misspelt
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: _init_ in LeNet is misspelt: write __init__
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def _init_(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.pool, self.fc1, self.fc2 = nn.MaxPool2D(2, 2), nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.pool(F.sigmoid(self.conv2(self.pool(F.sigmoid(self.conv1(x))))))
        return self.fc2(F.sigmoid(self.fc1(paddle.flatten(F.sigmoid(self.conv3(x)), 1))))
