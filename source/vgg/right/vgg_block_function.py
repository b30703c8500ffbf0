# right: vgg_block is a function that returns a Sequential; other names; LayerList of blocks; reshape
import paddle.nn.functional as F
from paddle.nn import Conv2D, Dropout, Layer, LayerList, Linear, MaxPool2D, ReLU, Sequential


def vgg_block(num_convs, num_channels, num_filters):
    layers = []
    for _ in range(num_convs):
        layers += [Conv2D(num_channels, num_filters, kernel_size=3, padding=1), ReLU()]
        num_channels = num_filters
    return Sequential(*layers, MaxPool2D(kernel_size=2, stride=2))


class VGG(Layer):
    def __init__(self, conv_arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), class_dim=1):
        super(VGG, self).__init__()
        channels = [3] + [filters for _, filters in conv_arch]
        self.vgg_blocks = LayerList(
            [vgg_block(convs, before, after) for before, (convs, after) in zip(channels, conv_arch)]
        )
        self.fc1, self.drop1 = Linear(512 * 7 * 7, 4096), Dropout(0.5, mode="upscale_in_train")
        self.fc2, self.drop2 = Linear(4096, 4096), Dropout(0.5, mode="upscale_in_train")
        self.fc3 = Linear(4096, class_dim)

    def forward(self, x):
        for block in self.vgg_blocks:
            x = block(x)
        x = x.reshape([x.shape[0], -1])
        x = self.drop1(F.relu(self.fc1(x)))
        x = self.drop2(F.relu(self.fc2(x)))
        return self.fc3(x)
