"""The networks of this chapter and examples of their block, declared for figures, tables and size tests."""

from autograder.facts import (
    Activation,
    Block,
    Flatten,
    GlobalAveragePool,
    Layer,
    Linear,
    MaxPool,
    Network,
    Residual,
    conv_norm,
    repeat,
)
from autograder.text import Text

DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
WIDTHS = (64, 128, 256, 512)
RELU = Activation("relu")


def bottleneck(width: int, stride: int = 1, *, project: bool = False) -> tuple[Layer, ...]:
    """Return a bottleneck block of 1x1, 3x3 (with the stride) and 1x1 with four times the width."""
    body = (*conv_norm(width, 1), *conv_norm(width, 3, stride), *conv_norm(4 * width, 1, relu=False))
    return Residual(body, conv_norm(4 * width, 1, stride, relu=False) if project else ()), RELU


def stage(number: int, blocks: int) -> Block:
    """Return stage `number` (from 1) of `blocks` bottlenecks; the first one projects, and halves the size after stage 1."""
    width = WIDTHS[number - 1]
    first = bottleneck(width, 1 if number == 1 else 2, project=True)
    name = Text(zh=f"第 {number} 级", en=f"stage {number}")
    return Block(name, (*first, *repeat(blocks - 1, *bottleneck(width))))


def resnet(depth: int, name: str) -> Network:
    """Return ResNet-50, -101 or -152 with one logit (He et al. 2016, table 1)."""
    return Network(
        name=name,
        title=Text(zh=f"ResNet-{depth}", en=f"ResNet-{depth}"),
        input_shape=(3, 224, 224),
        layers=(
            *(*conv_norm(64, 7, 2), MaxPool(3, 2, 1)),
            *(stage(number, blocks) for number, blocks in enumerate(DEPTHS[depth], start=1)),
            *(GlobalAveragePool(), Flatten(), Linear(1)),
        ),
    )


IDENTITY = Network(
    name="BottleneckBlock",
    title=Text(
        zh="瓶颈块，恒等捷径：BottleneckBlock(256, 64, 1)",
        en="Bottleneck, identity shortcut: BottleneckBlock(256, 64, 1)",
    ),
    input_shape=(256, 56, 56),
    layers=bottleneck(64),
)
PROJECTION = Network(
    name="BottleneckProjection",
    title=Text(
        zh="瓶颈块，投影捷径：BottleneckBlock(256, 128, 2, shortcut=False)",
        en="Bottleneck, projection shortcut: BottleneckBlock(256, 128, 2, shortcut=False)",
    ),
    input_shape=(256, 56, 56),
    layers=bottleneck(128, 2, project=True),
)

TWO_CONVS = (*conv_norm(16, 3), *conv_norm(16, 3, relu=False))
PLAIN_BLOCK = Network(
    name="PlainBlock",
    title=Text(zh="普通的两层", en="Two plain layers"),
    input_shape=(16, 14, 14),
    layers=(*TWO_CONVS, RELU),
)
RESIDUAL_BLOCK = Network(
    name="ResidualBlock",
    title=Text(zh="同样的两层，加上捷径", en="The same two layers with a shortcut"),
    input_shape=(16, 14, 14),
    layers=(Residual(TWO_CONVS), RELU),
)

RESNETS = (resnet(50, "ResNet"), resnet(101, "ResNet101"), resnet(152, "ResNet152"))
NETWORKS = {network.name: network for network in (*RESNETS, IDENTITY, PROJECTION, PLAIN_BLOCK, RESIDUAL_BLOCK)}
