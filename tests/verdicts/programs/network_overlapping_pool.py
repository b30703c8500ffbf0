# chapter: lenet
# kind: another pool
# fails: network.shape, network.behaviour, network.classes, network.batches
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.pool, self.fc1, self.fc2 = nn.MaxPool2D(3, 2), nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x):
        act = F.sigmoid
        x = self.pool(act(self.conv1(x)))
        x = self.pool(act(self.conv2(x)))
        x = act(self.conv3(x)).reshape([x.shape[0], -1])
        return self.fc2(act(self.fc1(x)))
