# chapter: vgg
# kind: a ready-made network
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

from paddle.vision.models import vgg16

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        steps = []
        for n in range(num_convs):
            steps += [nn.Conv2D(out_channels if n else in_channels, out_channels, 3, 1, 1), nn.ReLU()]
        self.steps = nn.Sequential(*steps, nn.MaxPool2D(kernel_size=2, stride=2))

    def forward(self, x):
        return self.steps(x)

theirs = vgg16() if __name__ == "never" else None
