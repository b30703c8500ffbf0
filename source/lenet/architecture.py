"""The network of this chapter, declared for its figures, tables and size tests."""

from autograder.facts import Activation, Conv, Flatten, Linear, MaxPool, Network
from autograder.text import Text

SIGMOID = Activation("sigmoid")

LENET = Network(
    name="LeNet",
    title=Text(zh="LeNet（MNIST，10 类）", en="LeNet (MNIST, 10 classes)"),
    input_shape=(1, 28, 28),
    layers=(
        *(Conv(6, 5), SIGMOID, MaxPool(2, 2)),
        *(Conv(16, 5), SIGMOID, MaxPool(2, 2)),
        *(Conv(120, 4), SIGMOID, Flatten()),
        *(Linear(64), SIGMOID, Linear(10)),
    ),
)

NETWORKS = {LENET.name: LENET}
