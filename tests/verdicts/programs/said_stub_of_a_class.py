# chapter: resnet
# kind: an untouched stub
# fails: conv_bn.shape, conv_bn.parameters, conv_bn.relu, conv_bn.linear, conv_bn.groups, conv_bn.mode
# says: This part is not written yet.
# never: delete that line
# never: A hidden check
import paddle
import paddle.nn.functional as F
from paddle import nn

class ConvBNLayer(nn.Layer):
    """Convolution without bias, batch norm, ReLU or nothing."""

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, groups=1, act=None):
        super().__init__()
        # YOUR CODE HERE
        raise NotImplementedError()

    def forward(self, x):
        # YOUR CODE HERE
        raise NotImplementedError()
