"""The network of this chapter and an example of its block, declared for figures, tables and size tests.

The first convolution has stride 1, as in this course; Szegedy et al. 2015, table 1, has stride 2.
"""

from autograder.constants import constants
from autograder.facts import Block, Branches, Flatten, GlobalAveragePool, Linear, MaxPool, Network, conv_relu
from autograder.text import Text

Pair = tuple[int, int]
HALVE = MaxPool(3, 2, 1)
BLOCK_3A = constants({"BLOCK_3A": (64, (96, 128), (16, 32), 32)})["BLOCK_3A"]


def inception(c1: int, c2: Pair, c3: Pair, c4: int) -> Branches:
    """Return the four branches of an Inception block with these channels."""
    return Branches(
        (
            conv_relu(c1, 1),
            (*conv_relu(c2[0], 1), *conv_relu(c2[1], 3, padding=1)),
            (*conv_relu(c3[0], 1), *conv_relu(c3[1], 5, padding=2)),
            (MaxPool(3, 1, 1), *conv_relu(c4, 1)),
        )
    )


INCEPTIONS = {
    "3a": inception(*BLOCK_3A),
    "3b": inception(128, (128, 192), (32, 96), 64),
    "4a": inception(192, (96, 208), (16, 48), 64),
    "4b": inception(160, (112, 224), (24, 64), 64),
    "4c": inception(128, (128, 256), (24, 64), 64),
    "4d": inception(112, (144, 288), (32, 64), 64),
    "4e": inception(256, (160, 320), (32, 128), 128),
    "5a": inception(256, (160, 320), (32, 128), 128),
    "5b": inception(384, (192, 384), (48, 128), 128),
}
BLOCKS = {name: Block(Text(zh=f"Inception {name}", en=f"Inception {name}"), (INCEPTIONS[name],)) for name in INCEPTIONS}

GOOGLENET = Network(
    name="GoogLeNet",
    title=Text(zh="GoogLeNet", en="GoogLeNet"),
    input_shape=(3, 224, 224),
    layers=(
        *(*conv_relu(64, 7, padding=3), HALVE),
        *(*conv_relu(64, 1), *conv_relu(192, 3, padding=1), HALVE),
        *(BLOCKS["3a"], BLOCKS["3b"], HALVE),
        *(BLOCKS["4a"], BLOCKS["4b"], BLOCKS["4c"], BLOCKS["4d"], BLOCKS["4e"], HALVE),
        *(BLOCKS["5a"], BLOCKS["5b"], GlobalAveragePool()),
        *(Flatten(), Linear(1)),
    ),
)

INCEPTION = Network(
    name="Inception",
    title=Text(
        zh="Inception(192, 64, (96, 128), (16, 32), 32)：块 3a",
        en="Inception(192, 64, (96, 128), (16, 32), 32): block 3a",
    ),
    input_shape=(192, 56, 56),
    layers=(INCEPTIONS["3a"],),
)

NAIVE = Network(
    name="NaiveInception",
    title=Text(zh="朴素的 Inception 块：通道没有压缩", en="Naive Inception block: no channels are squeezed"),
    input_shape=(192, 56, 56),
    layers=(
        Branches((conv_relu(64, 1), conv_relu(128, 3, padding=1), conv_relu(32, 5, padding=2), (MaxPool(3, 1, 1),))),
    ),
)

NETWORKS = {network.name: network for network in (GOOGLENET, INCEPTION, NAIVE)}
