# right: layers added by name in a loop, fc layers first; extra attributes; rotation and crop in one warpAffine
import cv2
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn


class AlexNet(nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.name_of_net = 'AlexNet'
        self.pool_after = {1, 2, 5}
        sizes = [256 * 7 * 7, 4096, 4096, num_classes]
        self.linears = nn.LayerList([nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])])
        channels = [3, 96, 256, 384, 384, 256]
        for place, (kernel, stride) in enumerate([(11, 4), (5, 1), (3, 1), (3, 1), (3, 1)], 1):
            layer = nn.Conv2D(channels[place - 1], channels[place], kernel, stride, padding=(kernel - 1) // 2)
            self.add_sublayer('conv_%d' % place, layer)

    def forward(self, x):
        for place in range(1, 6):
            x = F.relu(getattr(self, 'conv_%d' % place)(x))
            if place in self.pool_after:
                x = F.max_pool2d(x, 2)
        x = x.flatten(1)
        for linear in self.linears[:-1]:
            x = F.dropout(F.relu(linear(x)), p=0.5, training=self.training)
        return self.linears[-1](x)


def augment(img, rng):
    size = img.shape[-1]
    picture = img[:, :, ::-1] if rng.random() < 0.5 else img
    scale = 1 / np.sqrt(rng.uniform(CROP_LEAST, CROP_MOST))
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), rng.uniform(-15, 15), scale)
    room = size * (scale - 1) / 2
    matrix[:, 2] += rng.uniform(-room, room, 2)
    turned = cv2.warpAffine(
        np.ascontiguousarray(picture.transpose(1, 2, 0)), matrix, (size, size), borderMode=cv2.BORDER_REFLECT
    )
    return np.clip(turned.transpose(2, 0, 1) + rng.uniform(-0.1, 0.1), -1, 1).astype('float32')
