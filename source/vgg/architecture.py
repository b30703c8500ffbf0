"""The network of this chapter and an example of its block, declared for figures, tables and size tests."""

from autograder.facts import Activation, Block, Dropout, Flatten, Layer, Linear, MaxPool, Network, conv_relu, repeat
from autograder.text import Text

CONV_ARCH = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
NARROW_ARCH = ((2, 8), (2, 16), (3, 32), (3, 64), (1, 512))
RELU = Activation("relu")


def stage(num_convs: int, out_channels: int) -> tuple[Layer, ...]:
    """Return `num_convs` 3x3 convolutions that keep the size, and the pool that halves it."""
    return *repeat(num_convs, *conv_relu(out_channels, 3, padding=1)), MaxPool(2, 2)


def vgg(name: str, title: Text, conv_arch: tuple[tuple[int, int], ...]) -> Network:
    """Return a VGG network with these five blocks and one logit (Simonyan and Zisserman 2015, table 1)."""
    return Network(
        name=name,
        title=title,
        input_shape=(3, 224, 224),
        layers=(
            *(
                Block(Text(zh=f"VGG 块 {number}", en=f"VGG block {number}"), stage(*setting))
                for number, setting in enumerate(conv_arch, start=1)
            ),
            Flatten(),
            *(Linear(4096), RELU, Dropout(0.5)),
            *(Linear(4096), RELU, Dropout(0.5)),
            Linear(1),
        ),
    )


VGG = vgg("VGG", Text(zh="VGG-16", en="VGG-16"), CONV_ARCH)
NARROW = vgg("NarrowVGG", Text(zh="窄的 VGG", en="Narrow VGG"), NARROW_ARCH)

VGG_BLOCK = Network(
    name="VGGBlock",
    title=Text(zh="VGGBlock(3, 128, 256)：块 3", en="VGGBlock(3, 128, 256): the third block"),
    input_shape=(128, 56, 56),
    layers=(*conv_relu(256, 3, padding=1), *conv_relu(256, 3, padding=1), *conv_relu(256, 3, padding=1), MaxPool(2, 2)),
)

NETWORKS = {network.name: network for network in (VGG, NARROW, VGG_BLOCK)}
