"""The network of this chapter, declared for its figures, tables and size tests."""

from autograder.facts import Activation, Dropout, Flatten, Linear, MaxPool, Network, conv_relu
from autograder.text import Text

RELU = Activation("relu")

ALEXNET = Network(
    name="AlexNet",
    title=Text(zh="AlexNet", en="AlexNet"),
    input_shape=(3, 224, 224),
    layers=(
        *(*conv_relu(96, 11, stride=4, padding=5), MaxPool(2, 2)),
        *(*conv_relu(256, 5, padding=2), MaxPool(2, 2)),
        *conv_relu(384, 3, padding=1),
        *conv_relu(384, 3, padding=1),
        *(*conv_relu(256, 3, padding=1), MaxPool(2, 2)),
        Flatten(),
        *(Linear(4096), RELU, Dropout(0.5)),
        *(Linear(4096), RELU, Dropout(0.5)),
        Linear(1),
    ),
)

NETWORKS = {ALEXNET.name: ALEXNET}
