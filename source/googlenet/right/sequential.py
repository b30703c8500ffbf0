# right: everything in Sequential; layers of activation; numbers written out
from paddle import nn


def conv(num_channels, num_filters, filter_size):
    return nn.Sequential(
        nn.Conv2D(num_channels, num_filters, filter_size, padding=(filter_size - 1) // 2), nn.ReLU()
    )


class Inception(nn.Layer):
    def __init__(self, c0, c1, c2, c3, c4):
        super().__init__()
        self.branches = nn.LayerList(
            [
                conv(c0, c1, 1),
                nn.Sequential(conv(c0, c2[0], 1), conv(c2[0], c2[1], 3)),
                nn.Sequential(conv(c0, c3[0], 1), conv(c3[0], c3[1], 5)),
                nn.Sequential(nn.MaxPool2D(kernel_size=3, stride=1, padding=1), conv(c0, c4, 1)),
            ]
        )

    def forward(self, x):
        import paddle

        return paddle.concat([branch(x) for branch in self.branches], 1)


class GoogLeNet(nn.Layer):
    def __init__(self, classes=1):
        super(GoogLeNet, self).__init__()
        self.body = nn.Sequential(
            conv(3, 64, 7),
            nn.MaxPool2D(3, 2, 1),
            conv(64, 64, 1),
            conv(64, 192, 3),
            nn.MaxPool2D(3, 2, 1),
            Inception(192, *BLOCK_3A),
            Inception(256, 128, (128, 192), (32, 96), 64),
            nn.MaxPool2D(3, 2, 1),
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), (24, 64), 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
            Inception(512, 112, (144, 288), (32, 64), 64),
            Inception(528, 256, (160, 320), (32, 128), 128),
            nn.MaxPool2D(3, 2, 1),
            Inception(832, 256, (160, 320), (32, 128), 128),
            Inception(832, 384, (192, 384), (48, 128), 128),
            nn.AdaptiveAvgPool2D((1, 1)),
            nn.Flatten(),
            nn.Linear(1024, classes),
        )

    def forward(self, images):
        return self.body(images)
