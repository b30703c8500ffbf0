"""The declared networks are the ones of the course: known figures, the solutions, and Paddle's own models."""

from __future__ import annotations

import importlib.util
import sys
import warnings
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.facts import (
    AveragePool,
    Branches,
    Conv,
    GlobalAveragePool,
    Linear,
    MaxPool,
    Network,
    Residual,
    leaves,
    measure,
    totals,
)
from autograder.facts.layers import singles
from tests.facts.conftest import COURSE, EVERY_NETWORK, ROOT, declared

# Trainable parameters, and the sides of the maps, each side once as long as it stays.
FACTS = {
    "lenet.LeNet": (41_806, (28, 24, 12, 8, 4, 1)),
    "lenet_palm.LeNet": (19_233_841, (224, 220, 110, 106, 53, 50)),
    "lenet_palm.LeNetReLU": (19_233_841, (224, 220, 110, 106, 53, 50)),
    "alexnet.AlexNet": (71_916_929, (224, 56, 28, 14, 7)),
    "vgg.VGG": (134_264_641, (224, 112, 56, 28, 14, 7)),
    "vgg.NarrowVGG": (119_965_161, (224, 112, 56, 28, 14, 7)),
    "googlenet.GoogLeNet": (5_974_577, (224, 112, 56, 28, 14)),
    "resnet.ResNet": (23_510_081, (224, 112, 56, 28, 14, 7)),
    "resnet.ResNet101": (42_502_209, (224, 112, 56, 28, 14, 7)),
    "resnet.ResNet152": (58_145_857, (224, 112, 56, 28, 14, 7)),
}
BLOCKS = ("vgg.VGGBlock", "googlenet.Inception", "resnet.BottleneckBlock", "resnet.BottleneckProjection")
# How a declared network is made from the answer: class, arguments by position.
MADE_BY: dict[str, tuple[str, tuple[Any, ...]]] = {
    "lenet.LeNet": ("LeNet", (10,)),
    "lenet_palm.LeNet": ("LeNet", (1,)),
    "lenet_palm.LeNetReLU": ("LeNetReLU", (1,)),
    "alexnet.AlexNet": ("AlexNet", (1,)),
    "vgg.VGG": ("VGG", (((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1)),
    "vgg.NarrowVGG": ("VGG", (((2, 8), (2, 16), (3, 32), (3, 64), (1, 512)), 1)),
    "vgg.VGGBlock": ("VGGBlock", (3, 128, 256)),
    "googlenet.GoogLeNet": ("GoogLeNet", (1,)),
    "googlenet.Inception": ("Inception", (192, 64, (96, 128), (16, 32), 32)),
    "resnet.ResNet": ("ResNet", (50, 1)),
    "resnet.ResNet101": ("ResNet", (101, 1)),
    "resnet.ResNet152": ("ResNet", (152, 1)),
    "resnet.BottleneckBlock": ("BottleneckBlock", (256, 64, 1)),
    "resnet.BottleneckProjection": ("BottleneckBlock", (256, 128, 2, False)),
}
SOLVED = sorted(
    name for name in MADE_BY if (ROOT / "solutions" / (chapter := name.split(".")[0]) / f"{chapter}.py").exists()
)


def test_every_network_of_the_course_is_tested_here() -> None:
    assert set(MADE_BY) <= set(EVERY_NETWORK)
    assert set(FACTS) | set(BLOCKS) == set(MADE_BY)


@pytest.mark.parametrize("name", FACTS)
def test_parameters_and_sides_are_the_known_ones(name: str) -> None:
    network = declared(name)
    sides = [network.input_shape[1]]
    for step in leaves(measure(network)):
        if isinstance(step.layer, Conv | MaxPool) and step.output_shape[1] != sides[-1]:
            sides.append(step.output_shape[1])
    assert (totals(network).parameters, tuple(sides)) == FACTS[name]


@pytest.mark.parametrize(
    ("name", "inputs"), [("lenet_palm.LeNet", 300_000), ("alexnet.AlexNet", 12_544), ("vgg.VGG", 25_088)]
)
def test_the_first_fully_connected_layer_reads_the_whole_map(name: str, inputs: int) -> None:
    first = next(step for step in leaves(measure(declared(name))) if isinstance(step.layer, Linear))
    assert first.input_shape == (inputs,)


def test_resnet_50_has_49_convolutions_4_projections_and_one_fc() -> None:
    network = declared("resnet.ResNet")
    projections = [layer for layer in _all(network) if isinstance(layer, Residual) and layer.shortcut]
    convs = [layer for layer in singles(network.layers) if isinstance(layer, Conv)]
    assert (len(projections), len(convs) - len(projections)) == (4, 49)
    assert totals(network).weighted_layers == 49 + 4 + 1


def test_two_3x3_convolutions_see_5x5() -> None:
    first_block = list(leaves(measure(declared("vgg.VGG"))))
    assert first_block[2].field.size == 5


def test_the_declarations_need_no_paddle() -> None:
    script = "import sys; from pathlib import Path; from autograder.facts import course_networks; "
    script += f"course_networks(Path({str(ROOT)!r})); sys.exit('paddle' in sys.modules or 'numpy' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_no_declaration_holds_a_line_of_a_solution() -> None:
    for chapter in COURSE:
        text = (ROOT / "source" / chapter / "architecture.py").read_text("utf-8")
        assert not any(word in text for word in ("paddle", "nn.", "forward", "self."))


DEEPER = ("resnet.ResNet101", "resnet.ResNet152")  # more of the blocks that resnet.ResNet has


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.long) if one in DEEPER else one for one in SOLVED]
)
def test_the_solution_has_these_sizes(name: str) -> None:
    network = declared(name)
    seen, parameters = _measured_by_paddle(_answer(name), network)
    kinds = {Conv: "conv", MaxPool: "pool", AveragePool: "pool", GlobalAveragePool: "pool", Linear: "fc"}
    expected = [
        (kinds[type(step.layer)], step.output_shape) for step in leaves(measure(network)) if type(step.layer) in kinds
    ]
    assert parameters == totals(network).parameters
    assert not Counter(seen) - Counter(expected)
    assert {kind for kind, _ in (Counter(expected) - Counter(seen))} <= {"pool"}  # functional pools leave no trace
    if not any(isinstance(layer, Residual | Branches) for layer in _all(network)):  # their order is free
        assert seen == [one for one in expected if one in seen]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("vgg.VGG", "vgg16"),
        ("resnet.ResNet", "resnet50"),
        ("resnet.ResNet101", "resnet101"),
        ("resnet.ResNet152", "resnet152"),
    ],
)
def test_at_1000_classes_they_are_the_models_of_paddle(name: str, model: str) -> None:
    paddle = _paddle()
    from paddle.vision import models

    network = declared(name)
    wide = replace(network, layers=(*network.layers[:-1], Linear(1000)))
    with paddle.LazyGuard():
        expected = _trainable(getattr(models, model)())
    assert totals(wide).parameters == expected


def _all(network: Network) -> list[Any]:
    from autograder.facts.layers import chains

    found: list[Any] = []
    waiting = list(network.layers)
    while waiting:
        layer = waiting.pop()
        found.append(layer)
        waiting += [inner for chain in chains(layer) for inner in chain]
    return found


def _paddle() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import paddle
    return paddle


def _answer(name: str) -> Any:
    _paddle()
    chapter = name.split(".")[0]
    path = Path(ROOT / "solutions" / chapter / f"{chapter}.py")
    spec = importlib.util.spec_from_file_location(f"_answer_{chapter}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kind, arguments = MADE_BY[name]
    return getattr(module, kind)(*arguments)


def _measured_by_paddle(made: Any, network: Network) -> tuple[list[tuple[str, tuple[int, ...]]], int]:
    """Return the outputs of convolutions, pools and fully connected layers in the order of calls, and the parameters."""
    paddle = _paddle()
    nn = paddle.nn
    kinds = {nn.Conv2D: "conv", nn.Linear: "fc"}
    kinds |= dict.fromkeys((nn.MaxPool2D, nn.AvgPool2D, nn.AdaptiveAvgPool2D), "pool")
    shapes: list[tuple[str, tuple[int, ...]]] = []
    for layer in made.sublayers():
        if type(layer) in kinds:
            kind = kinds[type(layer)]

            def note(_layer: Any, _inputs: Any, output: Any, kind: str = kind) -> None:
                shapes.append((kind, tuple(output.shape[1:])))

            layer.register_forward_post_hook(note)
    made.eval()
    with paddle.no_grad():
        made(paddle.rand([1, *network.input_shape]))
    return shapes, _trainable(made)


def _trainable(made: Any) -> int:
    import math

    return sum(math.prod(p.shape) for p in made.parameters() if not p.stop_gradient)
