# chapter: lenet
# kind: a layer of another type
# fails: network.behaviour, network.batches
# says: [64, 120, 1, 1]
# says: Write a fully connected layer as nn.Linear
# never: the order of layers
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.pool, self.conv4, self.conv5 = nn.MaxPool2D(2, 2), nn.Conv2D(120, 64, 1), nn.Conv2D(64, num_classes, 1)

    def forward(self, x):
        x = self.pool(F.sigmoid(self.conv2(self.pool(F.sigmoid(self.conv1(x))))))
        return paddle.flatten(self.conv5(F.sigmoid(self.conv4(F.sigmoid(self.conv3(x))))), 1)
