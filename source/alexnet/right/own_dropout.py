# right: dropout written by hand, blocks as layers of their own, a subclass; helper functions
import cv2
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class ConvReLU(nn.Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, pool=False):
        super().__init__()
        self.conv = nn.Conv2D(in_channels, out_channels, kernel_size, stride, kernel_size // 2)
        self.pool = nn.MaxPool2D(2) if pool else nn.Identity()

    def forward(self, x):
        return self.pool(F.relu(self.conv(x)))


class HalfDropped(nn.Layer):
    def forward(self, x):
        if not self.training:
            return x
        kept = paddle.bernoulli(paddle.full_like(x, 0.5))
        return 2 * x * kept


class Backbone(nn.Layer):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            ConvReLU(3, 96, 11, 4, pool=True),
            ConvReLU(96, 256, 5, pool=True),
            ConvReLU(256, 384, 3),
            ConvReLU(384, 384, 3),
            ConvReLU(384, 256, 3, pool=True),
        )


class AlexNet(Backbone):
    def __init__(self, num_classes=1):
        super().__init__()
        self.drop = HalfDropped()
        self.fc1, self.fc2 = nn.Linear(12544, 4096), nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)

    def forward(self, x):
        x = paddle.flatten(self.body(x), start_axis=1)
        for fc in (self.fc1, self.fc2):
            x = self.drop(F.relu(fc(x)))
        return self.fc3(x)


def flipped(img, rng):
    return img[..., ::-1] if rng.random() >= 0.5 else img


def cropped(img, rng):
    length = img.shape[1]
    side = np.floor(length * np.sqrt(CROP_MOST - (CROP_MOST - CROP_LEAST) * rng.random())).astype(int)
    y, x = rng.integers(length - side + 1), rng.integers(length - side + 1)
    window = img[:, y : y + side, x : x + side]
    return np.stack([cv2.resize(plane.copy(), (length, length)) for plane in window])


def brightened(img, rng):
    return np.clip(img + 0.2 * (rng.random() - 0.5), -1, 1)


def augment(img, rng):
    for step in (flipped, cropped, brightened):
        img = step(img, rng)
    return img.astype('float32')
