# chapter: lenet
# kind: a layer of another type
# fails: network.behaviour, network.batches
# says: [256, 120]
# says: Write a fully connected layer as nn.Linear
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.pool = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.MaxPool2D(2, 2)
        self.fc0, self.fc1, self.fc2 = nn.Linear(256, 120), nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        x = self.pool(F.sigmoid(self.conv2(self.pool(F.sigmoid(self.conv1(x))))))
        return self.fc2(F.sigmoid(self.fc1(F.sigmoid(self.fc0(paddle.flatten(x, 1))))))
