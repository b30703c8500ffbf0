# chapter: alexnet
# kind: a mask that is drawn once
# fails: network.dropout
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

class AlexNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2D(3, 96, 11, 4, 5), nn.ReLU(), nn.MaxPool2D(2),
            nn.Conv2D(96, 256, 5, 1, 2), nn.ReLU(), nn.MaxPool2D(2),
            nn.Conv2D(256, 384, 3, 1, 1), nn.ReLU(),
            nn.Conv2D(384, 384, 3, 1, 1), nn.ReLU(),
            nn.Conv2D(384, 256, 3, 1, 1), nn.ReLU(), nn.MaxPool2D(2), nn.Flatten(),
        )
        self.fc1, self.fc2, self.fc3 = nn.Linear(12544, 4096), nn.Linear(4096, 4096), nn.Linear(4096, num_classes)
        self.masks = [2 * np.random.randint(0, 2, 4096).astype("float32") for _ in range(2)]

    def dropped(self, x, mask):
        return x * paddle.to_tensor(mask) if self.training else x

    def forward(self, x):
        x = self.dropped(F.relu(self.fc1(self.features(x))), self.masks[0])
        x = self.dropped(F.relu(self.fc2(x)), self.masks[1])
        return self.fc3(x)
