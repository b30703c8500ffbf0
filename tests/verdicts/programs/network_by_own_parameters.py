# chapter: lenet
# kind: parameters of one's own
# fails: -
# Right: "own parameters of the same shapes will do as well"; pooling by reshape and max.
import paddle
import paddle.nn.functional as F
from paddle import nn


class LeNet(nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        shapes = {"c1": [6, 1, 5, 5], "c2": [16, 6, 5, 5], "c3": [120, 16, 4, 4], "f1": [120, 64], "f2": [64, num_classes]}
        for name, shape in shapes.items():
            wide = shape[0] if len(shape) == 4 else shape[1]
            setattr(self, name + "_w", self.create_parameter(shape))
            setattr(self, name + "_b", self.create_parameter([wide], is_bias=True))

    @staticmethod
    def _pooled(x):
        n, c, h, w = x.shape
        return x.reshape([n, c, h // 2, 2, w // 2, 2]).max(axis=5).max(axis=3)

    def forward(self, x):
        x = self._pooled(F.sigmoid(F.conv2d(x, self.c1_w, self.c1_b)))
        x = self._pooled(F.sigmoid(F.conv2d(x, self.c2_w, self.c2_b)))
        x = F.sigmoid(F.conv2d(x, self.c3_w, self.c3_b))
        x = x.flatten(1)
        x = F.sigmoid(paddle.einsum("nk,km->nm", x, self.f1_w) + self.f1_b)
        return x @ self.f2_w + self.f2_b
