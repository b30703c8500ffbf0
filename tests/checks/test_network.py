"""Sizes of a network's output, on small networks in this process."""

from __future__ import annotations

from typing import Any

import paddle
import pytest
from paddle import nn

from autograder.checks import OutputShape
from autograder.checks.base import observe
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
