"""A network whose outputs differ is told at which layer it begins; on small networks in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import paddle
import paddle.nn.functional as F
import pytest
from paddle import nn

from autograder.checks import Behaviour, Parameters
from autograder.checks.base import observe, of_a_mistake, of_the_reference, same_mistake
from autograder.checks.network import where_they_part
from tests.checks.test_mode import Session

CHECK = Behaviour(name="Net", inputs=((2, 3, 12, 12),), seed=7)
LOOKED_AT = (
    "stride, padding and dilation",
    "as it came",
    "Check what comes before it",
    "done with these values afterwards",
)


class Net(nn.Layer):
    """Convolution, ReLU, pool, convolution, ReLU, fc; `change` replaces one of these by another."""

    def __init__(self, **change: Any) -> None:
        super().__init__()
        parts: dict[str, Any] = {"first": lambda x: x, "activation": F.relu, "last": lambda x: x, "join": F.relu}
        self.parts = parts | {name: value for name, value in change.items() if name in parts}
        self.conv1 = nn.Conv2D(3, 4, 3, **change.get("conv1", {"padding": 1}))
        self.conv2 = nn.Conv2D(4, 5, 3, **change.get("conv2", {"padding": 1}))
        self.pool, self.fc = change.get("pool", nn.MaxPool2D(2, 2)), nn.Linear(180, 2)

    def forward(self, x: Any) -> Any:
        x = self.pool(self.parts["activation"](self.conv1(self.parts["first"](x))))
        x = self.parts["join"](self.conv2(x))[:, :, :6, :6]
        return self.parts["last"](self.fc(paddle.flatten(x, 1)))


def seen(make: Callable[[], nn.Layer]) -> dict[str, Any]:
    return observe(CHECK, Session("Net", make))["seen"]  # type: ignore[no-any-return]


def said(make: Callable[[], nn.Layer]) -> str:
    complaint = CHECK.judge(seen(make), seen(Net))
    assert complaint is not None
    (looked_at,) = (one for one in LOOKED_AT if one in complaint.en)
    assert complaint.zh
    return f"{looked_at}: {complaint.en}"


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (
            {"conv2": {"padding": 2}},
            ("stride, padding", "`conv2` gets the right values", "[2, 5, 8, 8], expected [2, 5, 6, 6]"),
        ),
        (
            {"conv1": {"padding": 1, "padding_mode": "reflect"}},
            ("stride, padding", "`conv1` gets the right", "its output is wrong"),
        ),
        (
            {"conv2": {"padding": 2, "dilation": 2}},
            ("stride, padding", "`conv2` gets the right values, but its output is wrong"),
        ),
        ({"first": lambda x: x.transpose([0, 1, 3, 2])}, ("as it came", "`conv1`")),
        ({"first": lambda x: x / 255}, ("as it came", "`conv1`")),
        ({"activation": F.sigmoid}, ("comes before it", "all layers called before give", "`conv2` does not")),
        ({"pool": nn.AvgPool2D(2, 2)}, ("comes before it", "`conv2` does not")),
        (
            {"pool": nn.MaxPool2D(3, 1, padding=1)},
            ("comes before it", "(it gets [2, 4, 12, 12], expected [2, 4, 6, 6])"),
        ),
        ({"join": lambda x: x}, ("comes before it", "the fc layer `fc` does not")),
        ({"last": F.softmax}, ("afterwards",)),
    ],
)
def test_the_first_layer_that_differs_is_named(change: dict[str, Any], parts: tuple[str, ...]) -> None:
    told = said(lambda: Net(**change))
    for part in parts:
        assert part in told


class Branches(nn.Layer):
    """Two convolutions of the input, one of them after a pool, called in either order."""

    def __init__(self, pool_first: bool = False, pool: Any = None) -> None:
        super().__init__()
        self.plain, self.pooled, self.pool_first = nn.Conv2D(3, 2, 1), nn.Conv2D(3, 4, 1), pool_first
        self.pool = pool or nn.MaxPool2D(3, 1, padding=1)

    def forward(self, x: Any) -> Any:
        if self.pool_first:
            second, first = self.pooled(self.pool(x)), self.plain(x)
        else:
            first, second = self.plain(x), self.pooled(self.pool(x))
        return paddle.concat([first, second], 1)


def test_branches_may_be_called_in_another_order() -> None:
    assert CHECK.judge(seen(lambda: Branches(True)), seen(Branches)) is None
    wrong = seen(lambda: Branches(True, nn.AvgPool2D(3, 1, padding=1)))
    complaint = CHECK.judge(wrong, seen(Branches))
    assert complaint is not None
    assert "begins here: the convolution `pooled` does not get the right input." in complaint.en


class Functional(Net):
    """The first convolution as a function with parameters of its own."""

    def forward(self, x: Any) -> Any:
        x = F.conv2d(x, self.conv1.weight, self.conv1.bias, padding=0)
        return self.fc(paddle.flatten(F.relu(self.conv2(self.pool(F.relu(F.pad(x, [1, 1, 1, 1]))))), 1))


def test_a_layer_written_as_a_function_is_named_by_whose_parameters_it_has() -> None:
    assert "`conv1` gets the right values, but its output is [2, 4, 10, 10]" in said(Functional)


def test_values_of_layers_are_for_messages_alone() -> None:
    wrong, right = seen(lambda: Net(activation=F.sigmoid)), seen(Net)
    known = of_a_mistake({"seen": wrong})
    assert same_mistake(CHECK, {"seen": wrong}, known)
    assert "layer_steps" not in known["seen"]
    reference = of_the_reference({"seen": right})["seen"]
    assert [row[1] for row in right["layer_steps"]] == ["conv1", "conv2", "fc"]
    assert [row[1] for row in reference["layer_steps"]] == ["", "", ""]
    assert CHECK.judge(right, reference) is None


@pytest.mark.parametrize("steps", [None, [], [["conv", "conv1", [4, 3, 3, 3], [2, 3, 12, 12], [], [2, 4, 12, 12], []]]])
def test_where_nothing_shows_nothing_is_named(steps: Any) -> None:
    assert where_they_part("Net()", steps, None) is None
    assert where_they_part("Net()", None, steps) is None


def frozen(layer: nn.Layer) -> nn.Layer:
    layer.weight.stop_gradient = True
    return layer


@pytest.mark.parametrize(
    ("make", "reference", "part"),
    [
        (lambda: nn.Linear(3, 4, bias_attr=False), lambda: nn.Linear(3, 4), "biases of shapes [[4]] are missing"),
        (lambda: frozen(nn.Linear(3, 4)), lambda: nn.Linear(3, 4), "[[3, 4]] are there, but are not trained"),
        (lambda: nn.Linear(3, 5), lambda: nn.Linear(3, 4), "[[3, 5], [5]] in place of [[3, 4], [4]]"),
        (lambda: nn.Linear(3, 4), lambda: nn.Linear(3, 4, bias_attr=False), "there are additional vectors [[4]]"),
        (
            lambda: nn.Sequential(nn.Conv2D(3, 4, 1, bias_attr=False)),
            lambda: nn.Sequential(nn.Conv2D(3, 4, 1, bias_attr=False), nn.BatchNorm2D(4)),
            "the vectors [[4], [4]] are missing or not trained: the scale and shift of a norm",
        ),
        (lambda: nn.Sequential(nn.Linear(3, 4)), lambda: nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5)), "plain list"),
        (
            lambda: nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5)),
            lambda: nn.Linear(3, 4),
            "There are additional parameters of shapes [[4, 5], [5]]",
        ),
    ],
)
def test_parameters_are_told_by_kind(
    make: Callable[[], nn.Layer], reference: Callable[[], nn.Layer], part: str
) -> None:
    check = Parameters(name="Net")
    got, wanted = (observe(check, Session("Net", one))["seen"] for one in (make, reference))
    complaint = check.judge(got, wanted)
    assert complaint is not None
    assert part in complaint.en
