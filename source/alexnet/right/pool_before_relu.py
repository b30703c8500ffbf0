# right: the pools stand before ReLU and dropout before ReLU, ReLU twice: the same numbers; brightness first
import cv2
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class AlexNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        self.conv1 = nn.Conv2D(3, 96, 11, stride=4, padding=5)
        self.conv2 = nn.Conv2D(96, 256, 5, padding=2)
        self.conv3 = nn.Conv2D(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2D(384, 384, 3, padding=1)
        self.conv5 = nn.Conv2D(384, 256, 3, padding=1)
        self.pool = nn.MaxPool2D(2, 2)  # has no parameters, so one serves three times
        self.fc1 = nn.Linear(256 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = F.relu(self.pool(self.conv1(x)))  # [N, 96, 28, 28]
        x = F.relu(self.pool(self.conv2(x)))  # [N, 256, 14, 14]
        x = F.relu(self.conv3(x))  # [N, 384, 14, 14]
        x = F.relu(self.conv4(x))  # [N, 384, 14, 14]
        x = F.relu(self.pool(F.relu(self.conv5(x))))  # [N, 256, 7, 7]
        x = paddle.flatten(x, 1)
        x = F.relu(self.dropout(self.fc1(x)))  # [N, 4096]
        x = F.relu(self.dropout(self.fc2(x)))  # [N, 4096]
        return self.fc3(x)  # [N, num_classes]


def augment(img, rng):
    brighter = np.clip(img + np.float32(rng.uniform(-0.1, 0.1)), -1, 1)
    side = int(224 * np.sqrt(rng.uniform(CROP_LEAST, CROP_MOST)))
    top = rng.integers(0, 225 - side)
    left = rng.integers(0, 225 - side)
    part = brighter.transpose(1, 2, 0)[top : top + side, left : left + side]
    part = cv2.resize(part, None, fx=224 / side, fy=224 / side)
    if rng.integers(0, 2) == 1:
        part = part[:, ::-1]
    return np.clip(part.transpose(2, 0, 1), -1, 1)
