# chapter: vgg
# kind: functional with own parameters
# fails: -
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class VGGBlock(nn.Layer):
    def __init__(self, num_convs, in_channels, out_channels):
        super().__init__()
        self.kernels, self.shifts = nn.ParameterList(), nn.ParameterList()
        for number in range(num_convs):
            inputs = in_channels if number == 0 else out_channels
            self.kernels.append(self.create_parameter([out_channels, inputs, 3, 3]))
            self.shifts.append(self.create_parameter([out_channels], is_bias=True))

    def forward(self, x):
        for kernel, shift in zip(self.kernels, self.shifts):
            x = F.relu(F.conv2d(x, kernel, shift, padding=1))
        return F.max_pool2d(x, kernel_size=2, stride=2)
