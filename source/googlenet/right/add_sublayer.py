# right: blocks added by name in a loop that derives their inputs; fc made last; reshape
import paddle
from paddle import nn
from paddle.nn import functional

settings = [
    ("3a", *BLOCK_3A),
    ("3b", 128, [128, 192], [32, 96], 64),
    ("4a", 192, [96, 208], [16, 48], 64),
    ("4b", 160, [112, 224], [24, 64], 64),
    ("4c", 128, [128, 256], [24, 64], 64),
    ("4d", 112, [144, 288], [32, 64], 64),
    ("4e", 256, [160, 320], [32, 128], 128),
    ("5a", 256, [160, 320], [32, 128], 128),
    ("5b", 384, [192, 384], [48, 128], 128),
]


def width(c1, c2, c3, c4):
    return c1 + c2[-1] + c3[-1] + c4


class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        layers = {"a": (in_channels, c1, 1), "d": (in_channels, c4, 1)}
        for key, pair, size in (("b", c2, 3), ("c", c3, 5)):
            layers[key + "1"] = (in_channels, pair[0], 1)
            layers[key + "2"] = (pair[0], pair[1], size)
        for key, (before, after, size) in layers.items():
            self.add_sublayer(key, nn.Conv2D(before, after, size, padding=size // 2))
        self.pool = nn.MaxPool2D(3, 1, 1)

    def run(self, key, x):
        return functional.relu(getattr(self, key)(x))

    def forward(self, x):
        parts = [self.run("a", x), self.run("b2", self.run("b1", x)), self.run("c2", self.run("c1", x))]
        parts.append(self.run("d", self.pool(x)))
        return paddle.concat(parts, axis=1)


class GoogLeNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.conv_0 = nn.Conv2D(3, 64, 7, 1, 3)
        self.conv_1 = nn.Conv2D(64, 64, 1)
        self.conv_2 = nn.Conv2D(64, 192, 3, 1, 1)
        before = 192
        for name, *channels in settings:
            self.add_sublayer("inception_" + name, Inception(before, *channels))
            before = width(*channels)
        self.features = before
        self.fc = nn.Linear(before, num_classes)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv_0(x)), 3, stride=2, padding=1)
        x = functional.relu(self.conv_2(functional.relu(self.conv_1(x))))
        stage = "2"
        for name, *_ in settings:
            if name[0] != stage:
                x = functional.max_pool2d(x, 3, stride=2, padding=1)
                stage = name[0]
            x = getattr(self, "inception_" + name)(x)
        x = functional.adaptive_avg_pool2d(x, 1)
        return self.fc(paddle.reshape(x, [x.shape[0], self.features]))
