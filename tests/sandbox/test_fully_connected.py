"""Gradients of fc layers kept in their factors: they say what Paddle's own gradient says, however the layer is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle
import paddle.nn.functional as F
import pytest
from paddle import nn

from autograder.sandbox.child.on_paddle.fully_connected import MatrixGradient, alone, factored
from autograder.sandbox.child.on_paddle.networks import PaddleOperations

Way = Callable[[Any, Any, Any], Any]
WAYS: dict[str, Way] = {
    "as a layer does": lambda x, weight, bias: F.linear(x, weight, bias),
    "by names": lambda x, weight, bias: F.linear(x=x, weight=weight, bias=bias, name="fc"),
    "without a bias": lambda x, weight, _: F.linear(x, weight),
    "by hand": lambda x, weight, bias: x @ weight + bias,
    "twice": lambda x, weight, bias: F.linear(x, weight, bias) + F.linear(x * x, weight),
    "in two ways": lambda x, weight, bias: F.linear(x, weight, bias) + (x * x) @ weight,
    "of a part": lambda x, weight, bias: F.linear(x, weight * 2, bias),
    "of each row": lambda x, weight, bias: paddle.stack([F.linear(row, weight, bias) for row in x]),
    "of several rows": lambda x, weight, bias: F.linear(paddle.stack([x, 2 * x], 1), weight, bias).sum(1),
    "detached": lambda x, weight, bias: F.linear(x.detach(), weight, bias),
}


class Net(nn.Layer):
    def __init__(self, way: Way) -> None:
        super().__init__()
        self.conv, self.way = nn.Conv2D(1, 2, 3), way
        self.first, self.last = nn.Linear(72, 30), nn.Linear(30, 7)

    def forward(self, x: Any) -> Any:
        x = F.relu(paddle.flatten(self.conv(x), 1))
        return self.last(F.relu(self.way(x, self.first.weight, self.first.bias)))


def images(count: int = 1) -> np.ndarray[Any, Any]:
    return np.random.default_rng(5).standard_normal((count, 1, 8, 8)).astype(np.float32)


def made(way: Way) -> Net:
    paddle.seed(3)
    return Net(way)


def plain_gradients(network: Net) -> list[np.ndarray[Any, Any] | None]:
    """Return Paddle's own gradients of the matrices."""
    output = network(paddle.to_tensor(images()))
    (output * paddle.linspace(1.0, 2.0, output.shape[-1])).sum().backward()
    return [None if p.grad is None else p.grad.numpy() for p in (network.first.weight, network.last.weight)]


@pytest.mark.parametrize("way", WAYS)
def test_factors_say_what_the_gradient_says(way: str) -> None:
    wanted = plain_gradients(made(WAYS[way]))
    network = made(WAYS[way])
    matrices = [network.first.weight, network.last.weight]
    kept = {id(each) for each in (*matrices, network.first.bias, network.last.bias)}
    with alone(network.parameters(), kept), factored(matrices) as factors:
        output = network(paddle.to_tensor(images()))
        (output * paddle.linspace(1.0, 2.0, output.shape[-1])).sum().backward()
    assert network.conv.weight.grad is None
    assert not network.conv.weight.stop_gradient
    for matrix, gradient in zip(matrices, wanted):
        assert gradient is not None
        found = MatrixGradient(factors.get(id(matrix), []), None if matrix.grad is None else matrix.grad.numpy())
        assert found.idle() == pytest.approx([float(1 - gradient.any(axis=axis).mean()) for axis in (1, 0)])
        for number in (0, 3):
            assert found.column(number) == pytest.approx(gradient[:, number], rel=1e-5, abs=1e-6)
    assert network.last.weight.grad is None  # nothing of its size was written


@pytest.mark.parametrize("way", WAYS)
def test_the_gradient_of_the_input_and_what_takes_no_part_stay_the_same(way: str) -> None:
    answers = []
    for hidden in (True, False):
        operations = PaddleOperations({"Net": lambda: made(WAYS[way])})
        if hidden:  # from where it would be kept in factors: Paddle's own answer
            operations.namespace["Net"] = lambda: Unknown(made(WAYS[way]))
        operations.run("make", {"target": "Net", "arguments": []})
        asked = {"target": {"$handle": -1}, "images": images(2), "seed": 4}
        answers.append(operations.run("gradients", asked)["value"])
    (plain, factors) = answers
    assert factors["without_gradient"] == plain["without_gradient"]
    for name in ("output", "input"):
        np.testing.assert_allclose(factors[name], plain[name], rtol=1e-5, atol=1e-6)


class Unknown(nn.Layer):
    """A network whose fc layers do not go through `functional.linear`."""

    def __init__(self, network: Net) -> None:
        super().__init__()
        self.network, self.linear = network, F.linear

    def forward(self, x: Any) -> Any:
        standing, F.linear = F.linear, self.linear
        try:
            return self.network(x)
        finally:
            F.linear = standing


def test_a_layer_that_is_frozen_or_without_gradients_stays_as_it_is() -> None:
    network = made(WAYS["as a layer does"])
    network.first.weight.stop_gradient = True
    with factored([network.first.weight, network.last.weight]) as factors:
        network(paddle.to_tensor(images())).sum().backward()
        with paddle.no_grad():
            network(paddle.to_tensor(images()))
    assert {len(found) for found in factors.values()} == {1}
    assert set(factors) == {id(network.last.weight)}
    assert network.first.bias.grad is not None


def test_paddle_is_as_before_after_an_error() -> None:
    network, before = made(lambda *_: None), F.linear
    with (
        pytest.raises(ValueError, match="must be Tensor"),
        alone(network.parameters(), set()),
        factored([network.first.weight]),
    ):
        network(paddle.to_tensor(images()))
    assert F.linear is before
    assert not any(parameter.stop_gradient for parameter in network.parameters())
