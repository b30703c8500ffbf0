# chapter: vgg
# kind: a constructor that takes too little
# fails: block.shape, block.parameters, block.behaviour, block.single, block.gradients
# says: it is called as VGGBlock(2, 3, 8)
import paddle
import paddle.nn.functional as F
from paddle import nn

class VGGBlock(nn.Layer):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2D(in_channels, out_channels, 3, padding=1), nn.Conv2D(out_channels, out_channels, 3, padding=1)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2, 2)
