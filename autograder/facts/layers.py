"""What a network is made of, said without a framework: layers, their groups, and the network itself.

Sizes are in pixels. A map has the shape (channels, height, width), a vector (features,); the batch axis is left out.
Input widths are never written down: they follow from what comes before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Union

from autograder.text import Text

Shape = tuple[int, ...]
Function = Literal["relu", "sigmoid", "tanh", "softmax"]


@dataclass(frozen=True)
class Conv:
    """A square convolution. `kernel_size`, `stride`, `padding` in pixels; `groups` divides both channel numbers."""

    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True)
class MaxPool:
    """The largest of each square window. `kernel_size`, `stride`, `padding` in pixels; padding never wins."""

    kernel_size: int
    stride: int
    padding: int = 0


@dataclass(frozen=True)
class AveragePool:
    """The mean of each square window. `kernel_size`, `stride`, `padding` in pixels."""

    kernel_size: int
    stride: int
    padding: int = 0


@dataclass(frozen=True)
class GlobalAveragePool:
    """The mean of each channel over the whole map: (channels, height, width) becomes (channels, 1, 1)."""


@dataclass(frozen=True)
class Flatten:
    """A map as one vector: (channels, height, width) becomes (channels x height x width,)."""


@dataclass(frozen=True)
class Linear:
    """A fully connected layer on a vector, with one bias per output unless `bias` is False."""

    out_features: int
    bias: bool = True


@dataclass(frozen=True)
class BatchNorm:
    """Batch normalization: a trainable scale and shift per channel. The running statistics are not trained."""


@dataclass(frozen=True)
class Activation:
    """A function of each number by itself."""

    function: Function = "relu"


@dataclass(frozen=True)
class Dropout:
    """In training, each number becomes 0 with the probability `rate` (fraction 0..1)."""

    rate: float = 0.5


@dataclass(frozen=True)
class Block:
    """Layers under one name; tables and figures of a whole network show it as one thing."""

    name: Text
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Repeat:
    """The same layers `times` times, one after the other, each time with weights of its own."""

    times: int
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Branches:
    """Several chains that read the same input; their outputs are joined on the channel axis, in this order."""

    branches: tuple[tuple[Layer, ...], ...]


@dataclass(frozen=True)
class Residual:
    """`body(x) + shortcut(x)`. An empty shortcut is the identity; other layers make it a projection."""

    body: tuple[Layer, ...]
    shortcut: tuple[Layer, ...] = ()


Window = Union[Conv, MaxPool, AveragePool]
Single = Union[Window, GlobalAveragePool, Flatten, Linear, BatchNorm, Activation, Dropout]
Group = Union[Block, Repeat, Branches, Residual]
Layer = Union[Single, Group]


@dataclass(frozen=True)
class Network:
    """A network, or a block of one.

    Attributes:
        name: The class name of the student's answer.
        input_shape: (channels, height, width).
        title: For a figure's caption.
    """

    name: str
    input_shape: Shape
    layers: tuple[Layer, ...]
    title: Text


def conv_relu(out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0) -> tuple[Layer, ...]:
    """Return a convolution with bias, and ReLU after it."""
    return Conv(out_channels, kernel_size, stride, padding), Activation("relu")


def conv_norm(out_channels: int, kernel_size: int, stride: int = 1, *, relu: bool = True) -> tuple[Layer, ...]:
    """Return a convolution without bias that keeps the size at stride 1, batch norm, and ReLU if asked for."""
    layers = (Conv(out_channels, kernel_size, stride, (kernel_size - 1) // 2, bias=False), BatchNorm())
    return (*layers, Activation("relu")) if relu else layers


def repeat(times: int, *layers: Layer) -> tuple[Layer, ...]:
    """Return the layers `times` times: nothing for 0, the bare layers for 1, else one `Repeat`."""
    if times <= 0:
        return ()
    return layers if times == 1 else (Repeat(times, layers),)


def chains(layer: Layer) -> tuple[tuple[Layer, ...], ...]:
    """Return the chains of layers inside a group, one after the other; empty for a single layer.

    A residual has two, body and shortcut; a repetition as many as its times.
    """
    if isinstance(layer, Block):
        return (layer.layers,)
    if isinstance(layer, Repeat):
        return (layer.layers,) * layer.times
    if isinstance(layer, Branches):
        return layer.branches
    if isinstance(layer, Residual):
        return layer.body, layer.shortcut
    return ()


def singles(layers: tuple[Layer, ...]) -> Iterator[Single]:
    """Yield every single layer, in the order of calls; of a residual the body first."""
    for layer in layers:
        if isinstance(layer, (Block, Repeat, Branches, Residual)):
            for chain in chains(layer):
                yield from singles(chain)
        else:
            yield layer
