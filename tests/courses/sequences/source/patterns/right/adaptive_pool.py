# right: the maximum as a pool, and a Sequential
import paddle
from paddle import nn


class Reader(nn.Layer):
    def __init__(self, num_classes=2):
        super().__init__()
        self.words = nn.Embedding(8, 6)
        self.features = nn.Sequential(nn.Conv1D(6, 8, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool1D(1))
        self.out = nn.Linear(8, num_classes)

    def forward(self, words):
        x = paddle.transpose(self.words(words), [0, 2, 1])
        return self.out(paddle.flatten(self.features(x), 1))
