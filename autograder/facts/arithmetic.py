"""The sizes of a network: output shapes, trainable parameters, multiply-adds, receptive fields."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import AutograderError
from autograder.facts.layers import (
    AveragePool,
    BatchNorm,
    Block,
    Branches,
    Conv,
    Flatten,
    GlobalAveragePool,
    Layer,
    Linear,
    MaxPool,
    Network,
    Repeat,
    Residual,
    Shape,
    Single,
    Window,
)
from autograder.text import Text

ABOUT = Text(zh="{name}：{said}", en="{name}: {said}")
NO_WINDOW = Text(
    zh="大小 {kernel}、步长 {stride}、填充 {padding} 组不成窗口",
    en="kernel {kernel}, stride {stride} and padding {padding} make no window",
)
NO_FIT = Text(
    zh="边长 {side}、填充 {padding} 的图放不下 {kernel} 的窗口",
    en="a window of {kernel} does not fit on a side of {side} with padding {padding}",
)
STEPS = Text(zh="{name}：它的各个分支移动的像素数不同：{steps}", en="{name}: its chains move by {steps} pixels")
NOT_ADDED = Text(
    zh="Residual：主路的 {body} 与捷径的 {shortcut} 不能相加",
    en="Residual: {body} of the body cannot be added to {shortcut} of the shortcut",
)
NOT_JOINED = Text(zh="Branches：{ends} 不能按通道连接", en="Branches: {ends} cannot be joined on the channel axis")
NOTHING = Text(zh="空的分支", en="nothing")
GROUPS = Text(
    zh="Conv：{groups} 组不能整除 {before} 和 {after} 个通道",
    en="Conv: {groups} groups do not divide {before} and {after} channels",
)
PADDING = Text(
    zh="{name}：填充 {padding} 超过窗口 {kernel} 的一半",
    en="{name}: padding {padding} is over half the window of {kernel}",
)
NO_VECTOR = Text(
    zh="Linear：输入应为向量，不是 {shape}；请在它前面加上 Flatten()",
    en="Linear: it takes a vector, not {shape}; put Flatten() before it",
)
NO_MAP = Text(
    zh="{name}：输入应为三个数（通道、高、宽），不是 {shape}",
    en="{name}: it takes a map (channels, height, width), not {shape}",
)


class FactsError(AutograderError):
    """A network that cannot be: sizes that do not fit together, or a declaration that cannot be read."""


@dataclass(frozen=True)
class Field:
    """What one number of a map sees of the picture.

    Attributes:
        size: Side of the square it sees, in pixels, padding included.
        step: Pixels between the squares of neighbours.
    """

    size: int = 1
    step: int = 1

    def after(self, kernel_size: int, stride: int) -> Field:
        """Return the field after a window of `kernel_size` that moves by `stride`."""
        return Field(self.size + (kernel_size - 1) * self.step, self.step * stride)


@dataclass(frozen=True)
class Measured:
    """A layer at its place in a network.

    Attributes:
        input_shape, output_shape: Without the batch axis.
        parameters: Trainable ones.
        multiply_adds: Of convolutions and fully connected layers for one picture, biases not counted.
        field: After the layer.
        parts: The chains inside a group.
    """

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    multiply_adds: int
    field: Field
    parts: tuple[tuple[Measured, ...], ...] = ()


@dataclass(frozen=True)
class Totals:
    """The sums over a network.

    Attributes:
        parameters: Trainable ones.
        multiply_adds: For one picture.
        weighted_layers: Convolutions and fully connected layers.
        receptive_field: Side in pixels of what one number of the last map sees, before any global pool.
    """

    parameters: int
    multiply_adds: int
    weighted_layers: int
    receptive_field: int
    output_shape: Shape


def measure(network: Network) -> tuple[Measured, ...]:
    """Return the layers of a network at their places, groups with their parts.

    Raises:
        FactsError: Where sizes clash.
    """
    try:
        return _chain(network.layers, network.input_shape, Field())
    except FactsError as error:
        raise FactsError(ABOUT.format(name=network.name, said=error.said)) from error


def totals(network: Network) -> Totals:
    """Return the sums over a network.

    Raises:
        FactsError: Where sizes clash.
    """
    measured = measure(network)
    flat = list(leaves(measured))
    maps = [step.field.size for step in flat if isinstance(step.layer, (Conv, MaxPool, AveragePool))]
    return Totals(
        sum(step.parameters for step in measured),
        sum(step.multiply_adds for step in measured),
        sum(isinstance(step.layer, (Conv, Linear)) for step in flat),
        max(maps, default=1),
        measured[-1].output_shape if measured else network.input_shape,
    )


def leaves(measured: tuple[Measured, ...]) -> Iterator[Measured]:
    """Yield every single layer at its place, in the order of calls; of a residual the body first."""
    for step in measured:
        if isinstance(step.layer, (Block, Repeat, Branches, Residual)):
            for part in step.parts:
                yield from leaves(part)
        else:
            yield step


def side_after(side: int, kernel_size: int, stride: int, padding: int) -> int:
    """Return the side, in pixels, after a window over a side of `side`, padded at both ends.

    Raises:
        FactsError: Where the window does not fit.
    """
    if kernel_size < 1 or stride < 1 or padding < 0:
        raise FactsError(NO_WINDOW.format(kernel=kernel_size, stride=stride, padding=padding))
    if side + 2 * padding < kernel_size:
        raise FactsError(NO_FIT.format(kernel=kernel_size, side=side, padding=padding))
    return (side + 2 * padding - kernel_size) // stride + 1


def _chain(layers: tuple[Layer, ...], shape: Shape, field: Field) -> tuple[Measured, ...]:
    measured = []
    for layer in layers:
        step = _measured(layer, shape, field)
        measured.append(step)
        shape, field = step.output_shape, step.field
    return tuple(measured)


def _measured(layer: Layer, shape: Shape, field: Field) -> Measured:
    if isinstance(layer, (Block, Repeat)):
        return _in_sequence(layer, shape, field)
    if isinstance(layer, (Branches, Residual)):
        return _side_by_side(layer, shape, field)
    after = field
    if isinstance(layer, (Conv, MaxPool, AveragePool)):
        after = field.after(layer.kernel_size, layer.stride)
    elif isinstance(layer, GlobalAveragePool):
        after = field.after(max(_map(shape, layer)[1:]), 1)
    output = _output_shape(layer, shape)
    return Measured(layer, shape, output, _parameters(layer, shape), _multiply_adds(layer, shape, output), after)


def _in_sequence(layer: Block | Repeat, shape: Shape, field: Field) -> Measured:
    times = layer.times if isinstance(layer, Repeat) else 1
    parts: list[tuple[Measured, ...]] = []
    here, seen = shape, field
    for _ in range(times):
        part = _chain(layer.layers, here, seen)
        parts.append(part)
        if part:
            here, seen = part[-1].output_shape, part[-1].field
    return _group(layer, shape, here, seen, parts)


def _side_by_side(layer: Branches | Residual, shape: Shape, field: Field) -> Measured:
    chains = layer.branches if isinstance(layer, Branches) else (layer.body, layer.shortcut)
    parts = [_chain(chain, shape, field) for chain in chains]
    ends = [part[-1].output_shape if part else shape for part in parts]
    fields = [part[-1].field if part else field for part in parts]
    if len({one.step for one in fields}) > 1:
        steps = ", ".join(str(one.step) for one in fields)
        raise FactsError(STEPS.format(name=_name(layer), steps=steps))
    if isinstance(layer, Residual):
        if ends[0] != ends[1]:
            raise FactsError(NOT_ADDED.format(body=ends[0], shortcut=ends[1]))
        output = ends[0]
    else:
        if not ends or any(len(end) != 3 for end in ends) or len({end[1:] for end in ends}) > 1:
            raise FactsError(NOT_JOINED.format(ends=", ".join(map(str, ends)) or NOTHING))
        output = (sum(end[0] for end in ends), *ends[0][1:])
    return _group(layer, shape, output, max(fields, key=lambda one: one.size), parts)


def _group(layer: Layer, shape: Shape, output: Shape, field: Field, parts: list[tuple[Measured, ...]]) -> Measured:
    inside = [step for part in parts for step in part]
    parameters = sum(step.parameters for step in inside)
    return Measured(layer, shape, output, parameters, sum(s.multiply_adds for s in inside), field, tuple(parts))


def _output_shape(layer: Single, shape: Shape) -> Shape:
    if isinstance(layer, Conv):
        channels, *sides = _map(shape, layer)
        if layer.groups < 1 or channels % layer.groups or layer.out_channels % layer.groups:
            raise FactsError(GROUPS.format(groups=layer.groups, before=channels, after=layer.out_channels))
        return (layer.out_channels, *_sides(layer, sides))
    if isinstance(layer, (MaxPool, AveragePool)):
        channels, *sides = _map(shape, layer)
        if 2 * layer.padding > layer.kernel_size:
            raise FactsError(PADDING.format(name=_name(layer), padding=layer.padding, kernel=layer.kernel_size))
        return (channels, *_sides(layer, sides))
    if isinstance(layer, GlobalAveragePool):
        return (_map(shape, layer)[0], 1, 1)
    if isinstance(layer, Flatten):
        return (math.prod(shape),)
    if isinstance(layer, Linear):
        if len(shape) != 1:
            raise FactsError(NO_VECTOR.format(shape=shape))
        return (layer.out_features,)
    return shape


def _parameters(layer: Single, shape: Shape) -> int:
    if isinstance(layer, Conv):
        weights = layer.out_channels * (shape[0] // layer.groups) * layer.kernel_size**2
        return weights + layer.out_channels * layer.bias
    if isinstance(layer, Linear):
        return layer.out_features * (shape[0] + layer.bias)
    return 2 * shape[0] if isinstance(layer, BatchNorm) else 0


def _multiply_adds(layer: Single, shape: Shape, output: Shape) -> int:
    if isinstance(layer, Conv):
        return math.prod(output) * (shape[0] // layer.groups) * layer.kernel_size**2
    return layer.out_features * shape[0] if isinstance(layer, Linear) else 0


def _map(shape: Shape, layer: Layer) -> Shape:
    if len(shape) != 3:
        raise FactsError(NO_MAP.format(name=_name(layer), shape=shape))
    return shape


def _sides(layer: Window, sides: list[int]) -> list[int]:
    try:
        return [side_after(side, layer.kernel_size, layer.stride, layer.padding) for side in sides]
    except FactsError as error:
        raise FactsError(ABOUT.format(name=_name(layer), said=error.said)) from error


def _name(layer: Layer) -> str:
    return type(layer).__name__
