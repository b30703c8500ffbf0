# right: functional pools; mean for the global pool; layers defined in another order; other names; an optional label
import paddle
import paddle.nn.functional as F


class Inception(paddle.nn.Layer):
    def __init__(self, num_channels, ch1, ch3, ch5, proj, name=None):
        super().__init__()
        self.proj = paddle.nn.Conv2D(in_channels=num_channels, out_channels=proj, kernel_size=(1, 1))
        self.c5 = paddle.nn.Conv2D(ch5[0], ch5[1], 5, padding="SAME")
        self.c5_reduce = paddle.nn.Conv2D(num_channels, ch5[0], 1)
        self.c3 = paddle.nn.Conv2D(ch3[0], ch3[1], 3, padding="SAME")
        self.c3_reduce = paddle.nn.Conv2D(num_channels, ch3[0], 1)
        self.c1 = paddle.nn.Conv2D(num_channels, ch1, 1)
        self.width = ch1 + ch3[1] + ch5[1] + proj

    def forward(self, x):
        pooled = F.max_pool2d(x, kernel_size=3, stride=1, padding=1)
        p4 = F.relu(self.proj(pooled))
        p3 = F.relu(self.c5(F.relu(self.c5_reduce(x))))
        p2 = F.relu(self.c3(F.relu(self.c3_reduce(x))))
        p1 = F.relu(self.c1(x))
        return paddle.concat(x=[p1, p2, p3, p4], axis=-3)


class GoogLeNet(paddle.nn.Layer):
    def __init__(self, num_classes=1):
        super().__init__()
        self.out = paddle.nn.Linear(1024, num_classes)
        self.b5 = paddle.nn.Sequential(
            Inception(832, 256, (160, 320), (32, 128), 128), Inception(832, 384, (192, 384), (48, 128), 128)
        )
        self.b4 = paddle.nn.Sequential(
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), (24, 64), 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
            Inception(512, 112, (144, 288), (32, 64), 64),
            Inception(528, 256, (160, 320), (32, 128), 128),
        )
        self.b3 = paddle.nn.Sequential(
            Inception(192, *BLOCK_3A), Inception(256, 128, (128, 192), (32, 96), 64)
        )
        self.conv3 = paddle.nn.Conv2D(64, 192, 3, padding=1)
        self.conv2 = paddle.nn.Conv2D(64, 64, 1)
        self.conv1 = paddle.nn.Conv2D(3, 64, 7, padding=3)

    def forward(self, x, label=None):
        x = F.max_pool2d(F.relu(self.conv1(x)), 3, 2, 1)
        x = F.max_pool2d(F.relu(self.conv3(F.relu(self.conv2(x)))), 3, 2, 1)
        x = F.max_pool2d(self.b3(x), 3, 2, 1)
        x = self.b5(F.max_pool2d(self.b4(x), 3, 2, 1))
        logits = self.out(x.mean(axis=[2, 3]))
        if label is not None:
            accuracy = ((logits > 0).astype("float32") == label).astype("float32").mean()
            return logits, accuracy
        return logits
