# right: VGG does not use VGGBlock: one flat Sequential of convolutions, as in torchvision, with an adaptive pool that changes nothing
import paddle
from paddle import nn


def make_layers(config):
    layers, channels = [], 3
    for entry in config:
        if entry == "M":
            layers.append(nn.MaxPool2D(kernel_size=2, stride=2))
        else:
            layers.extend([nn.Conv2D(channels, entry, kernel_size=3, padding=1), nn.ReLU()])
            channels = entry
    return nn.Sequential(*layers)


class VGGBlock(nn.Sequential):
    def __init__(self, num_convs, in_channels, out_channels):
        convs = []
        for _ in range(num_convs):
            convs.append(nn.Conv2D(in_channels, out_channels, 3, 1, 1))
            convs.append(nn.ReLU())
            in_channels = out_channels
        convs.append(nn.MaxPool2D(2, 2))
        super().__init__(*convs)


class VGG(nn.Layer):
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        config = []
        for count, width in conv_arch:
            config += [width] * count + ["M"]
        self.features = make_layers(config)
        self.avgpool = nn.AdaptiveAvgPool2D((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        x = paddle.flatten(x, start_axis=1)
        return self.classifier(x)
