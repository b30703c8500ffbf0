# chapter: vgg
# kind: a block in other words
# fails: -
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.names = []
        for i in range(1, num_convs + 1):
            setattr(self, "conv%d" % i, nn.Conv2D(in_channels if i == 1 else out_channels, out_channels, (3, 3), stride=(1, 1), padding=(1, 1)))
            self.names.append("conv%d" % i)
        self.relu, self.pool = nn.ReLU(), nn.MaxPool2D((2, 2), (2, 2))

    def forward(self, x):
        for name in self.names:
            x = self.relu(getattr(self, name)(x))
        return self.pool(x)
