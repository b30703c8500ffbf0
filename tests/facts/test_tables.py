"""Layer tables: what a row holds, what blocks look like, and that nothing is counted twice."""

from __future__ import annotations

import json

import pytest

from autograder.facts import AveragePool, BatchNorm, Conv, Dropout, Network, Repeat, conv_relu, totals
from autograder.facts.tables import markdown_table, rows
from autograder.text import LANGUAGES, Language, Text
from tests.facts.conftest import EVERY_NETWORK, declared


@pytest.mark.parametrize("name", EVERY_NETWORK)
@pytest.mark.parametrize("inside", [False, True])
def test_the_rows_add_up_to_the_totals(name: str, inside: bool) -> None:
    network = EVERY_NETWORK[name]
    found = rows(network, inside_blocks=inside)
    sums = totals(network)
    assert sum(row.parameters for row in found) == sums.parameters
    assert sum(row.multiply_adds for row in found) == sums.multiply_adds
    assert found[-1].output_shape == sums.output_shape


@pytest.mark.parametrize("name", EVERY_NETWORK)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_three_cells_in_every_line(name: str, language: Language) -> None:
    lines = markdown_table(EVERY_NETWORK[name], language).splitlines()
    assert {line.count("|") for line in lines} == {4}
    assert f"{totals(EVERY_NETWORK[name]).parameters:,}" in lines[-1]


def test_what_follows_a_layer_stands_in_its_row() -> None:
    layers = (*conv_relu(4, 3), BatchNorm(), Dropout(0.25), AveragePool(2, 2))
    network = Network("Net", (1, 8, 8), layers, Text(zh="网络", en="net"))
    _, conv, pool = rows(network)
    assert conv.name("en") == "convolution, 4 of 3x3, ReLU, batch norm, dropout 0.25"
    assert (conv.kernel_size, conv.stride, conv.padding, conv.parameters) == (3, 1, 0, 40 + 8)
    assert pool.name("zh") == "平均池化 2x2，步长 2"


def test_lenet_is_told_layer_by_layer() -> None:
    found = rows(declared("lenet.LeNet"))
    assert [row.name("zh") for row in found] == [
        "输入",
        "卷积，6 个 5x5，sigmoid",
        "最大池化 2x2，步长 2",
        "卷积，16 个 5x5，sigmoid",
        "最大池化 2x2，步长 2",
        "卷积，120 个 4x4，sigmoid",
        "展平",
        "全连接 64，sigmoid",
        "全连接 10",
    ]
    assert [row.receptive_field for row in found] == [None, 5, 6, 14, 16, 28, None, None, None]


def test_a_block_is_one_row_or_its_layers() -> None:
    network = declared("resnet.ResNet")
    short, long = rows(network), rows(network, inside_blocks=True)
    assert short[3].name("en") == "stage 1: 3 x bottleneck, 64-64-256"
    assert sum(row.kind == "Conv" for row in long) == 53
    assert long[4].name("zh") == "第 1 级：卷积，64 个 3x3，填充 1，批归一化，ReLU"
    assert any(row.name("en").startswith("stage 3, 5/5: ") for row in long)


def test_branches_and_shortcuts_are_named() -> None:
    inception = [row.name("en") for row in rows(declared("googlenet.Inception"))]
    assert inception[3] == "branch 2: convolution, 128 of 3x3, padding 1, ReLU"
    assert inception[-1] == "joined on the channel axis"
    identity = [row.name("en") for row in rows(declared("resnet.BottleneckBlock"))]
    assert identity[-2:] == ["shortcut: identity", "shortcut added, ReLU"]
    projection = [row.name("zh") for row in rows(declared("resnet.BottleneckProjection"))]
    assert projection[-2] == "捷径：卷积，512 个 1x1，步长 2，批归一化"


def test_repeated_layers_are_numbered() -> None:
    network = Network("Net", (1, 8, 8), (Repeat(2, conv_relu(1, 3)),), Text(zh="网络", en="net"))
    assert [row.name("en") for row in rows(network)][1:] == [
        "1/2: convolution, 1 of 3x3, ReLU",
        "2/2: convolution, 1 of 3x3, ReLU",
    ]


def test_groups_are_said() -> None:
    network = Network("Net", (4, 8, 8), (Conv(8, 3, groups=4),), Text(zh="网络", en="net"))
    assert rows(network)[1].name("en") == "convolution, 8 of 3x3, 4 groups"
    assert rows(network)[1].name("zh") == "卷积，8 个 3x3，4 组"


def test_rows_are_json() -> None:
    records = [row.to_record("en") for row in rows(declared("lenet.LeNet"))]
    assert json.loads(json.dumps(records))[1] == {
        "layer": "convolution, 6 of 5x5, sigmoid",
        "kind": "Conv",
        "kernel_size": 5,
        "stride": 1,
        "padding": 0,
        "output_shape": [6, 24, 24],
        "parameters": 156,
        "multiply_adds": 86_400,
        "receptive_field": 5,
    }
