# right: functional pools and dropout told the mode; reshape for flatten; channels resized one by one
import cv2
import numpy as np
import paddle
import paddle.nn.functional as F


class AlexNet(paddle.nn.Layer):
    def __init__(self, class_dim=1):
        super(AlexNet, self).__init__()
        self.drop_ratio = 0.5
        self.out = paddle.nn.Linear(in_features=4096, out_features=class_dim)
        self.hidden = paddle.nn.Linear(in_features=4096, out_features=4096)
        self.first = paddle.nn.Linear(in_features=12544, out_features=4096)
        self.c1 = paddle.nn.Conv2D(in_channels=3, out_channels=96, kernel_size=11, stride=4, padding=5)
        self.c2 = paddle.nn.Conv2D(in_channels=96, out_channels=256, kernel_size=5, stride=1, padding=2)
        self.c3 = paddle.nn.Conv2D(in_channels=256, out_channels=384, kernel_size=3, stride=1, padding=1)
        self.c4 = paddle.nn.Conv2D(in_channels=384, out_channels=384, kernel_size=3, stride=1, padding=1)
        self.c5 = paddle.nn.Conv2D(in_channels=384, out_channels=256, kernel_size=3, stride=1, padding=1)

    def forward(self, inputs):
        h = F.max_pool2d(F.relu(self.c1(inputs)), kernel_size=2, stride=2)
        h = F.max_pool2d(F.relu(self.c2(h)), kernel_size=2, stride=2)
        h = F.relu(self.c4(F.relu(self.c3(h))))
        h = F.max_pool2d(F.relu(self.c5(h)), kernel_size=2, stride=2)
        h = paddle.reshape(h, [h.shape[0], -1])
        h = F.dropout(F.relu(self.first(h)), self.drop_ratio, training=self.training)
        h = F.dropout(F.relu(self.hidden(h)), self.drop_ratio, training=self.training)
        return self.out(h)


def augment(image, generator):
    result = image.copy()
    if generator.uniform() > 0.5:
        result = np.flip(result, axis=2)
    n = int(round(224 * generator.uniform(CROP_LEAST, CROP_MOST) ** 0.5))
    y = generator.integers(0, 224 - n, endpoint=True)
    x = generator.integers(0, 224 - n, endpoint=True)
    channels = [cv2.resize(np.array(channel[y : y + n, x : x + n]), (224, 224)) for channel in result]
    result = np.stack(channels) + np.float32(generator.uniform(-0.1, 0.1))
    result[result > 1] = 1
    result[result < -1] = -1
    return result
