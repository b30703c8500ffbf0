# chapter: lenet_palm
# kind: a definition in other words
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


PHOTO_SIDE = 224
ACTIVATIONS = {}


def activation(name):
    def register(function):
        ACTIVATIONS[name] = function
        return function
    return register


@activation("sigmoid")
def _sigmoid(z):
    return 1 / (1 + paddle.exp(-z))


@activation("tanh")
def _tanh(z):
    return 2 * F.sigmoid(2 * z) - 1


@activation("relu")
def _relu(z):
    return paddle.maximum(z, paddle.zeros_like(z))


class LeNetWith(nn.Layer):
    PLAN = ((3, 6, 5, True), (6, 16, 5, True), (16, 120, 4, False))

    def __init__(self, activation, side, num_classes=1):
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        for place, (i, o, k, pooled) in enumerate(self.PLAN, start=1):
            setattr(self, f"conv{place}", nn.Conv2D(i, o, k))
            side = (side - k + 1) // (2 if pooled else 1)
        self.fc1 = nn.Linear(120 * side**2, 64)
        self.fc2 = nn.Linear(64, num_classes)

    def forward(self, x):
        for place, (_, _, _, pooled) in enumerate(self.PLAN, start=1):
            x = self.activation(getattr(self, f"conv{place}")(x))
            x = F.max_pool2d(x, 2) if pooled else x
        return self.fc2(self.activation(self.fc1(paddle.flatten(x, 1))))


class LeNetReLU(LeNetWith):
    def __init__(self, num_classes=1):
        super().__init__("relu", PHOTO_SIDE, num_classes)
