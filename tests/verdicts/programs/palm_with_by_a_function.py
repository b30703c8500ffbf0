# chapter: lenet_palm
# kind: a definition in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn


def LeNetWith(activation, side, num_classes=1):
    Act = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}[activation]
    layers, channels = [], 3
    for out, kernel, pooled in ((6, 5, True), (16, 5, True), (120, 4, False)):
        layers += [nn.Conv2D(channels, out, kernel), Act()]
        side, channels = side - kernel + 1, out
        if pooled:
            layers.append(nn.MaxPool2D(2, 2))
            side //= 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, 64), Act(), nn.Linear(64, num_classes))
