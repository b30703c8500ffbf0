# chapter: googlenet
# kind: padding off by one
# fails: inception.shape, inception.behaviour, inception.sizes, inception.gradients
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        plans = {
            "one": [(c1, 1)],
            "three": [(c2[0], 1), (c2[1], 3)],
            "five": [(c3[0], 1), (c3[1], 5)],
            "pooled": [(c4, 1)],
        }
        for name, plan in plans.items():
            inputs, layers = in_channels, []
            if name == "pooled":
                layers.append(nn.MaxPool2D(3, stride=1))
            for width, kernel in plan:
                layers += [nn.Conv2D(inputs, width, kernel, padding=kernel // 2), nn.ReLU()]
                inputs = width
            self.add_sublayer(name, nn.Sequential(*layers))
        self.order = list(plans)

    def forward(self, x):
        return paddle.concat([self._sub_layers[name](x) for name in self.order], axis=1)
