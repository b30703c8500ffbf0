"""Sizes of a network's output, and how often it runs for outputs and gradients, on small networks in this process."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import paddle
import pytest
from paddle import nn

from autograder.checks import Behaviour, OutputShape
from autograder.checks.base import observe
from autograder.checks.shapes import first_parting, which_differ
from tests.checks.test_mode import Session

CHECK = OutputShape(name="Net", inputs=((1, 3, 32, 32), (2, 3, 32, 32)), smaller=(8, 16))


class Net(nn.Layer):
    """Convolution, pool over all, fc → 5; batches as one of several ways leaves them. `shapes`: of the images so far."""

    def __init__(self, way: str = "right") -> None:
        super().__init__()
        pool, inputs = (nn.Identity(), 4 * 32 * 32) if way == "own size only" else (nn.AdaptiveAvgPool2D(1), 4)
        self.conv, self.pool, self.fc, self.way = nn.Conv2D(3, 4, 3, padding=1), pool, nn.Linear(inputs, 5), way
        self.shapes: list[list[int]] = []

    def forward(self, x: Any) -> Any:
        self.shapes.append(list(x.shape))
        x = self.fc(paddle.flatten(self.pool(self.conv(x)), 1))
        if self.way == "one image":
            return x.reshape([1, -1])
        if self.way == "fails for two" and len(x) > 1:
            raise ValueError("two")
        return x


def seen(way: str) -> tuple[list[Any], list[list[int]]]:
    network = Net(way)
    answers = observe(CHECK, Session("Net", lambda: network))["seen"]
    return answers, network.shapes


def test_smaller_images_stand_for_large_ones_where_the_output_is_the_same() -> None:
    answers, shapes = seen("right")
    assert shapes == [[1, 3, 32, 32], [2, 3, 8, 16]]
    assert [each["output"] for each in answers] == [[1, 5], [2, 5]]
    assert answers[0]["stages"] == answers[1]["stages"]


@pytest.mark.parametrize(
    ("way", "output"), [("own size only", [2, 5]), ("one image", [1, 10]), ("fails for two", None)]
)
def test_any_other_output_is_no_evidence(way: str, output: list[int] | None) -> None:
    answers, shapes = seen(way)
    assert shapes[-1] == [2, 3, 32, 32]
    assert answers[1]["output"] == output
    assert (CHECK.judge(answers, seen("right")[0]) is None) == (way == "own size only")


class Counting(nn.Layer):
    """3 → 2, and how often it ran with gradients and without."""

    passes: ClassVar[list[bool]] = []

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x: Any) -> Any:
        Counting.passes.append(bool(paddle.is_grad_enabled()))
        return self.fc(x)


@pytest.mark.parametrize(("stretch", "passes"), [(1.0, [True, False]), (5.0, [False, False, True])])
def test_one_pass_gives_output_and_gradient_unless_the_output_is_of_stretched_images(
    stretch: float, passes: list[bool]
) -> None:
    Counting.passes = []
    check = Behaviour(name="Net", inputs=((2, 3), (1, 3)), seed=1, gradients=True, stretch=stretch)
    found = observe(check, Session("Net", Counting))["seen"]
    assert Counting.passes == passes
    plain = Behaviour(name="Net", inputs=((2, 3), (1, 3)), seed=1, stretch=stretch)
    assert found["outputs"] == observe(plain, Session("Net", Counting))["seen"]["outputs"]
    assert found["without_gradient"] == 0
    assert np.any(found["gradient"]["values"])


def test_what_does_not_fit_in_a_pass_with_gradients_is_told_like_in_one_without() -> None:
    inputs = ((2, 4),)
    with_gradients, without = (
        observe(Behaviour(name="Net", inputs=inputs, seed=1, gradients=way), Session("Net", Counting))
        for way in (True, False)
    )
    assert with_gradients == without
    assert with_gradients["seen"]["error"]["note"]["expects"] == 3


def defaults(default: Any) -> Any:
    """Return a network of which the width has this default, none where it is Ellipsis."""

    class Wide(nn.Layer):
        def __init__(self, width: Any = default) -> None:
            super().__init__()
            made.append(width)
            self.fc = nn.Linear(3, width or 2)

        def forward(self, x: Any) -> Any:
            return self.fc(x)

    def required(width: int) -> Any:
        return Wide(width)

    made: list[Any] = []
    return (required if default is ... else Wide), made


@pytest.mark.parametrize(
    ("default", "right", "networks"), [(2, True, 1), (None, True, 3), (3, False, 3), (..., True, 1)]
)
def test_defaults_are_read_and_tried_where_they_are_not_written_as_asked(
    default: Any, right: bool, networks: int
) -> None:
    check = OutputShape(name="Net", arguments=(5,), named=("width",), inputs=((1, 3),), default=(2,), may_lack=True)
    expected = observe(check, Session("Net", defaults(2)[0]))["seen"]
    network, made = defaults(default)
    said = check.judge(observe(check, Session("Net", network))["seen"], expected)
    assert (said is None) == right
    assert len(made) == networks
    assert said is None or "Net() and Net(width=2) give different networks" in said.en


def test_stages_in_another_order_have_no_wrong_side() -> None:
    stages = [["conv", [1, 8, 9, 9]], ["conv", [1, 8, 5, 5]], ["conv", [1, 20, 5, 5]]]
    shortcut_first = [["conv", [1, 10, 5, 5]], ["conv", [1, 8, 9, 9]], ["conv", [1, 8, 5, 5]]]
    assert "At side 5 the channels differ: got [10], expected [20]" in first_parting(shortcut_first, stages).en
    assert "sides" not in first_parting([*shortcut_first, ["conv", [1, 10, 5, 5]]], stages, same_sides=True).en
    assert "The sides first differ" in first_parting([*stages[:1], ["conv", [1, 8, 4, 4]]], stages).en


def test_biases_that_are_not_trained_may_be_there() -> None:
    seen, expected = {"shapes": [[6, 3, 5, 5]]}, {"shapes": [[6, 3, 5, 5], [6]]}
    assert "or do the biases have trainable=False" in which_differ(seen, expected).en
