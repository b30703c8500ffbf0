"""The arithmetic, against counting by hand."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.facts import (
    Activation,
    AveragePool,
    BatchNorm,
    Block,
    Branches,
    Conv,
    Dropout,
    FactsError,
    Flatten,
    GlobalAveragePool,
    Linear,
    MaxPool,
    Network,
    Repeat,
    Residual,
    conv_norm,
    conv_relu,
    leaves,
    measure,
    repeat,
    totals,
)
from autograder.facts.arithmetic import side_after
from autograder.facts.layers import Layer, Shape
from autograder.text import Text

SMALL = settings(max_examples=60, deadline=None)


def network(*layers: Layer, shape: Shape = (3, 16, 16)) -> Network:
    return Network("Net", shape, layers, Text(zh="网络", en="net"))


def positions(side: int, kernel_size: int, stride: int, padding: int) -> list[range]:
    """Return the pixels under the window at each of its places, padding as negative or too large numbers."""
    starts = range(-padding, side + padding - kernel_size + 1, stride)
    return [range(start, start + kernel_size) for start in starts]


windows = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2))


@SMALL
@given(st.integers(1, 40), windows)
def test_a_side_is_the_number_of_places_for_the_window(side: int, window: tuple[int, int, int]) -> None:
    kernel_size, stride, padding = window
    expected = len(positions(side, kernel_size, stride, padding))
    if expected:
        assert side_after(side, kernel_size, stride, padding) == expected
    else:
        with pytest.raises(FactsError, match="does not fit"):
            side_after(side, kernel_size, stride, padding)


@SMALL
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), windows, st.booleans())
def test_a_convolution_is_counted_weight_by_weight(
    groups: int, in_each: int, out_each: int, window: tuple[int, int, int], bias: bool
) -> None:
    kernel_size, stride, padding = window
    shape = (groups * in_each, 7, 9)
    layer = Conv(groups * out_each, kernel_size, stride, padding, groups, bias)
    step = measure(network(layer, shape=shape))[0]
    places = list(itertools.product(*(positions(side, kernel_size, stride, padding) for side in shape[1:])))
    weights = multiply_adds = 0
    for out_channel in range(layer.out_channels):
        own_group = out_channel // out_each
        own_inputs = [c for c in range(shape[0]) if c // in_each == own_group]
        weights += len(own_inputs) * kernel_size * kernel_size
        for rows, columns in places:
            multiply_adds += len(own_inputs) * len(rows) * len(columns)
    assert step.parameters == weights + (layer.out_channels if bias else 0)
    assert step.multiply_adds == multiply_adds
    assert math.prod(step.output_shape) == layer.out_channels * len(places)


@SMALL
@given(st.lists(windows, min_size=1, max_size=5))
def test_a_receptive_field_is_what_reaches_one_number(chain: list[tuple[int, int, int]]) -> None:
    def seen(position: int, layers: list[tuple[int, int, int]]) -> set[int]:
        if not layers:
            return {position}
        *before, (kernel_size, stride, padding) = layers
        start = position * stride - padding
        return set().union(*(seen(pixel, before) for pixel in range(start, start + kernel_size)))

    side = 20_000
    layers = tuple(MaxPool(k, s, min(p, k // 2)) for k, s, p in chain)
    plain = [(layer.kernel_size, layer.stride, layer.padding) for layer in layers]
    field = measure(network(*layers, shape=(1, side, side)))[-1].field
    here, neighbour = seen(20, plain), seen(21, plain)
    assert field.size == max(here) - min(here) + 1
    assert field.step == min(neighbour) - min(here)


@SMALL
@given(st.integers(1, 30), st.integers(1, 30), st.booleans())
def test_a_fully_connected_layer_is_a_matrix_and_a_bias(inputs: int, outputs: int, bias: bool) -> None:
    step = measure(network(Flatten(), Linear(outputs, bias), shape=(inputs, 1, 1)))[-1]
    matrix = [[1] * inputs for _ in range(outputs)]
    assert step.multiply_adds == sum(map(sum, matrix))
    assert step.parameters == sum(map(sum, matrix)) + (outputs if bias else 0)


@SMALL
@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 5))
def test_branches_add_up_their_channels_and_parameters(widths: list[int], inputs: int) -> None:
    shape = (inputs, 6, 6)
    chains = tuple(conv_relu(width, 2 * number + 1, padding=number) for number, width in enumerate(widths))
    joined = measure(network(Branches(chains), shape=shape))[0]
    alone = [totals(network(*chain, shape=shape)) for chain in chains]
    assert joined.output_shape == (sum(widths), 6, 6)
    assert joined.parameters == sum(one.parameters for one in alone)
    assert joined.multiply_adds == sum(one.multiply_adds for one in alone)
    assert joined.field.size == 2 * len(widths) - 1


@SMALL
@given(st.integers(0, 4))
def test_a_repetition_is_the_layers_written_out(times: int) -> None:
    layers = conv_norm(8, 3)
    short, long = network(Conv(8, 1), *repeat(times, *layers)), network(Conv(8, 1), *(layers * times))
    assert totals(short) == totals(long)
    assert [replace(step, layer=None) for step in leaves(measure(short))] == [  # type: ignore[arg-type]
        replace(step, layer=None)
        for step in leaves(measure(long))  # type: ignore[arg-type]
    ]


def test_a_residual_adds_body_and_shortcut() -> None:
    body = (*conv_norm(4, 3, 2), *conv_norm(8, 1, relu=False))
    step = measure(network(Residual(body, conv_norm(8, 1, 2, relu=False))))[0]
    assert step.output_shape == (8, 8, 8)
    assert step.parameters == 3 * 4 * 9 + 8 + 4 * 8 + 16 + 3 * 8 + 16
    assert step.field.size == 3


def test_what_only_changes_numbers_keeps_the_shape_and_has_no_multiply_adds() -> None:
    for layer, parameters in ((Activation("relu"), 0), (Dropout(0.5), 0), (BatchNorm(), 6)):
        step = measure(network(layer))[0]
        assert (step.output_shape, step.parameters, step.multiply_adds) == ((3, 16, 16), parameters, 0)


def test_a_global_pool_sees_the_whole_map() -> None:
    steps = measure(network(Conv(4, 3), GlobalAveragePool(), Flatten()))
    assert [step.output_shape for step in steps] == [(4, 14, 14), (4, 1, 1), (4,)]
    assert steps[1].field.size == 16
    assert totals(network(Conv(4, 3), GlobalAveragePool())).receptive_field == 3


def test_an_empty_network_is_its_input() -> None:
    assert totals(network()).output_shape == (3, 16, 16)
    assert totals(network(Repeat(3, ()), Block(Text(zh="空", en="empty"), ()))).parameters == 0


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ((Conv(4, 17),), "Net: Conv: a window of 17 does not fit on a side of 16"),
        ((Conv(4, 3, groups=2),), "2 groups do not divide 3 and 4 channels"),
        ((MaxPool(2, 0),), "make no window"),
        ((AveragePool(2, 2, 2),), "padding 2 is over half the window"),
        ((Linear(3),), "put Flatten"),
        ((Flatten(), Conv(3, 1)), "takes a map"),
        ((Flatten(), GlobalAveragePool()), "takes a map"),
        ((Residual(conv_relu(4, 1)),), "cannot be added"),
        ((Branches((conv_relu(4, 3), conv_relu(4, 1))),), "cannot be joined"),
        ((Branches(()),), "nothing cannot be joined"),
        ((Branches((conv_relu(4, 1, 2), conv_relu(4, 2, padding=0))),), "its chains move by 2, 1 pixels"),
    ],
)
def test_what_does_not_fit_is_said(layers: tuple[Layer, ...], message: str) -> None:
    with pytest.raises(FactsError) as caught:
        measure(network(*layers))
    assert message in str(caught.value)
