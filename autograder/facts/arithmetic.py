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
        raise FactsError(f"{network.name}: {error}") from error


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
        raise FactsError(f"kernel {kernel_size}, stride {stride} and padding {padding} make no window")
    if side + 2 * padding < kernel_size:
        raise FactsError(f"a window of {kernel_size} does not fit on a side of {side} with padding {padding}")
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
        raise FactsError(f"{_name(layer)}: its chains move by {', '.join(str(one.step) for one in fields)} pixels")
    if isinstance(layer, Residual):
        if ends[0] != ends[1]:
            raise FactsError(f"Residual: {ends[0]} of the body cannot be added to {ends[1]} of the shortcut")
        output = ends[0]
    else:
        if not ends or any(len(end) != 3 for end in ends) or len({end[1:] for end in ends}) > 1:
            raise FactsError(f"Branches: {', '.join(map(str, ends)) or 'nothing'} cannot be joined on the channel axis")
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
            raise FactsError(f"Conv: {layer.groups} groups do not divide {channels} and {layer.out_channels} channels")
        return (layer.out_channels, *_sides(layer, sides))
    if isinstance(layer, (MaxPool, AveragePool)):
        channels, *sides = _map(shape, layer)
        if 2 * layer.padding > layer.kernel_size:
            raise FactsError(f"{_name(layer)}: padding {layer.padding} is over half the window of {layer.kernel_size}")
        return (channels, *_sides(layer, sides))
    if isinstance(layer, GlobalAveragePool):
        return (_map(shape, layer)[0], 1, 1)
    if isinstance(layer, Flatten):
        return (math.prod(shape),)
    if isinstance(layer, Linear):
        if len(shape) != 1:
            raise FactsError(f"Linear: it takes a vector, not {shape}; put Flatten() before it")
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
        raise FactsError(f"{_name(layer)}: it takes a map (channels, height, width), not {shape}")
    return shape


def _sides(layer: Window, sides: list[int]) -> list[int]:
    try:
        return [side_after(side, layer.kernel_size, layer.stride, layer.padding) for side in sides]
    except FactsError as error:
        raise FactsError(f"{_name(layer)}: {error}") from error


def _name(layer: Layer) -> str:
    return type(layer).__name__
