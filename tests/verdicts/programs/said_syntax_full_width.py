# chapter: lenet
# kind: a syntax error
# fails: network.shape, network.parameters, network.behaviour, network.classes, network.batches
# says: line 17, `def forward(self, x)：`: syntax error: the full-width character
# says: 全角字符
# never: Misnamed or forgotten
import paddle
import paddle.nn.functional as F
from paddle import nn

class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2D(1, 6, 5), nn.Conv2D(6, 16, 5), nn.Conv2D(16, 120, 4)
        self.pool, self.fc1, self.fc2 = nn.MaxPool2D(2, 2), nn.Linear(120, 64), nn.Linear(64, num_classes)

    def forward(self, x)：
        return x
