"""`parameters`, `state_dict` and `_parameters` tell of a network that is not there."""

import paddle


class Table(dict):
    def items(self):
        return [("weight", paddle.zeros([41806]))] if len(self) else []


class LeNet(paddle.nn.Layer):
    def __init__(self, num_classes=10):
        super().__init__()

    def parameters(self, *_, **__):
        return [paddle.create_parameter([41806], "float32")]

    def state_dict(self, *_, **__):
        return {"weight": paddle.zeros([41806])}

    def sublayers(self, *_, **__):
        return []

    def named_parameters(self, *_, **__):
        return iter([("weight", paddle.create_parameter([41806], "float32"))])

    def forward(self, x):
        return paddle.zeros([x.shape[0], 3])


def train_one_epoch(model, loader, optimizer):
    return 0.0


def evaluate(model, loader):
    return 1.0, 0.0
