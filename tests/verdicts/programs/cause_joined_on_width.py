# chapter: googlenet
# kind: concat along another axis
# fails: inception.shape, inception.behaviour, inception.sizes, inception.gradients
# says: along axis -1; branches should be joined along the channel axis (axis=1)
import paddle
import paddle.nn.functional as F
from paddle import nn

class Inception(nn.Layer):
    def __init__(self, in_channels, c1, c2, c3, c4):
        super().__init__()
        self.a, self.b1, self.c1 = (nn.Conv2D(in_channels, c, 1) for c in (c1, c2[0], c3[0]))
        self.b2, self.c2 = nn.Conv2D(c2[0], c2[1], 3, padding=1), nn.Conv2D(c3[0], c3[1], 5, padding=2)
        self.pool, self.d = nn.MaxPool2D(3, 1, 1), nn.Conv2D(in_channels, c4, 1)

    def forward(self, x):
        branches = [self.a(x), self.b2(F.relu(self.b1(x))), self.c2(F.relu(self.c1(x))), self.d(self.pool(x))]
        return paddle.concat([F.relu(branch) for branch in branches], axis=-1)
