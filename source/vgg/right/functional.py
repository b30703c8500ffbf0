# right: functional pools and dropout; one ReLU after the pool and another before it; fc layers made first; padding SAME
import paddle.nn as nn
import paddle.nn.functional as F


class VGGBlock(nn.Layer):
    def __init__(self, n, c_in, c_out):
        super().__init__()
        self.n = n
        for i in range(n):
            setattr(self, f"conv{i + 1}", nn.Conv2D(c_in if i == 0 else c_out, c_out, (3, 3), 1, "SAME"))

    def forward(self, x):
        for i in range(1, self.n + 1):
            x = F.relu(getattr(self, f"conv{i}")(x))
        return F.relu(F.max_pool2d(x, kernel_size=2))


class VGG(nn.Layer):
    def __init__(self, arch=((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), num_classes=1):
        super().__init__()
        self.classes = num_classes
        self.output = nn.Linear(4096, num_classes)
        self.hidden2 = nn.Linear(4096, 4096)
        self.hidden1 = nn.Linear(25088, 4096)
        self.features = nn.Sequential(
            *[
                VGGBlock(n, arch[i - 1][1] if i else 3, c_out)
                for i, (n, c_out) in enumerate(arch)
            ]
        )

    def forward(self, x):
        x = self.features(x).reshape((-1, 512 * 7 * 7))
        x = F.dropout(F.relu(self.hidden1(x)), p=0.5, training=self.training)
        x = F.dropout(F.relu(self.hidden2(x)), p=0.5, training=self.training)
        return self.output(x)
