# chapter: vgg
# kind: a block in other words
# fails: block.shape, block.behaviour, block.gradients
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        steps = []
        for n in range(num_convs):
            steps += [nn.Conv2D(out_channels if n else in_channels, out_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2D(2, 2)]
        self.steps = nn.Sequential(*steps)

    def forward(self, x):
        return self.steps(x)
