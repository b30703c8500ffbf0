# right: layers added by name with add_sublayer; the ReLU stands after the pool for the last convolution; dropout before the ReLU
import paddle
from paddle import nn


class VGGBlock(paddle.nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.layers = []
        for number in range(num_convs):
            layer = self.add_sublayer(f"conv_{number}", nn.Conv2D(in_channels, out_channels, 3, padding=1))
            self.layers.append(layer)
            in_channels = out_channels
        self.pool = nn.MaxPool2D(2)
        self.relu = nn.ReLU()

    def forward(self, x):
        last = len(self.layers) - 1
        for number, layer in enumerate(self.layers):
            x = layer(x)
            x = self.relu(self.pool(x) if number == last else x)
        return x


class VGG(paddle.nn.Layer):
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        in_channels = 3
        self.block_names = []
        for number, (num_convs, out_channels) in enumerate(conv_arch):
            self.block_names.append(f"block_{number}")
            self.add_sublayer(self.block_names[-1], VGGBlock(num_convs, in_channels, out_channels))
            in_channels = out_channels
        self.add_sublayer("fc_0", nn.Linear(in_channels * 49, 4096))
        self.add_sublayer("fc_1", nn.Linear(4096, 4096))
        self.add_sublayer("fc_2", nn.Linear(4096, num_classes))
        self.drop = nn.Dropout(p=0.5)
        self.relu = nn.ReLU()

    def forward(self, x):
        for name in self.block_names:
            x = getattr(self, name)(x)
        x = nn.Flatten()(x)
        x = self.relu(self.drop(self.fc_0(x)))
        x = self.relu(self.drop(self.fc_1(x)))
        return self.fc_2(x)
