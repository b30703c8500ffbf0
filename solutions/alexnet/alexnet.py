# generated from source/alexnet/notebook.py, do not edit


import warnings
import cv2
import matplotlib.pyplot as plt
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class AlexNet(nn.Layer):
    """images: float32 [N, 3, 224, 224]; returns logits: float32 [N, num_classes]."""

    def __init__(self, num_classes=1):
        super().__init__()
        # TODO 1：前两个卷积的通道数、核、步长和填充
        self.conv1 = nn.Conv2D(3, 96, 11, stride=4, padding=5)
        self.conv2 = nn.Conv2D(96, 256, 5, padding=2)
        self.conv3 = nn.Conv2D(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2D(384, 384, 3, padding=1)
        self.conv5 = nn.Conv2D(384, 256, 3, padding=1)
        self.pool = nn.MaxPool2D(2, 2)  # has no parameters, so the same layer can be used three times
        # TODO 2：三个全连接层和丢弃法
        self.fc1 = nn.Linear(256 * 7 * 7, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        # TODO 3：五个卷积，各带 ReLU；三次池化；得到 [N, 256, 7, 7]
        x = self.pool(F.relu(self.conv1(x)))  # [N, 96, 28, 28]
        x = self.pool(F.relu(self.conv2(x)))  # [N, 256, 14, 14]
        x = F.relu(self.conv3(x))  # [N, 384, 14, 14]
        x = F.relu(self.conv4(x))  # [N, 384, 14, 14]
        x = self.pool(F.relu(self.conv5(x)))  # [N, 256, 7, 7]
        # TODO 4：展平；全连接层、ReLU、丢弃法各在什么位置
        x = paddle.flatten(x, 1)
        x = self.dropout(F.relu(self.fc1(x)))  # [N, 4096]
        x = self.dropout(F.relu(self.fc2(x)))  # [N, 4096]
        return self.fc3(x)  # [N, num_classes]


def augment(img, rng):
    """img: float32 [3, 224, 224], BGR, in [-1, 1]; rng: numpy.random.Generator; returns a changed image like img."""
    # TODO：左右翻转；裁剪并缩放回原来的大小；亮度；截断到 [-1, 1]
    size = img.shape[1]
    turned = img[:, :, ::-1] if rng.random() < 0.5 else img
    side = int(np.ceil(size * np.sqrt(rng.uniform(0.8, 1.0))))
    top, left = rng.integers(0, size - side + 1, size=2)
    window = turned[:, top : top + side, left : left + side]
    resized = cv2.resize(np.ascontiguousarray(window.transpose(1, 2, 0)), (size, size))  # [224, 224, 3]
    shifted = resized.transpose(2, 0, 1) + rng.uniform(-0.1, 0.1)  # [3, 224, 224]
    return np.clip(shifted, -1.0, 1.0).astype("float32")
