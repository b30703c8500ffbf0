"""The networks of this chapter, declared for its figures, tables and size tests."""

from autograder.constants import constants
from autograder.facts import Activation, Conv, Flatten, Linear, MaxPool, Network
from autograder.text import Text

PHOTO_SIDE = constants({"PHOTO_SIDE": 224})["PHOTO_SIDE"]


def lenet(name: str, title: Text, activation: Activation) -> Network:
    """Return LeNet for the fundus photographs, one logit, with `activation` in its four places."""
    return Network(
        name=name,
        title=title,
        input_shape=(3, PHOTO_SIDE, PHOTO_SIDE),
        layers=(
            *(Conv(6, 5), activation, MaxPool(2, 2)),
            *(Conv(16, 5), activation, MaxPool(2, 2)),
            *(Conv(120, 4), activation, Flatten()),
            *(Linear(64), activation, Linear(1)),
        ),
    )


SIGMOID = lenet("LeNet", Text(zh="LeNet（眼底照片）", en="LeNet (fundus photographs)"), Activation("sigmoid"))
RELU = lenet(
    "LeNetReLU", Text(zh="LeNet + ReLU（眼底照片）", en="LeNet with ReLU (fundus photographs)"), Activation("relu")
)

NETWORKS = {network.name: network for network in (SIGMOID, RELU)}
