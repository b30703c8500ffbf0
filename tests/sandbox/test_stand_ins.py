"""Probe networks that were made ahead of time are as good as new ones, and each is given out once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import paddle
import pytest

from autograder.sandbox.child.on_paddle import fill, stand_ins


@pytest.fixture
def two_spare() -> Iterator[list[Any]]:
    stand_ins.make_spare(2)
    ready = list(stand_ins._spare)
    yield ready
    stand_ins._spare.clear()


def filled(network: Any) -> Any:
    fill.fill(network, 3)
    network.eval()
    return network


def test_a_spare_network_is_like_a_new_one(two_spare: list[Any]) -> None:
    spare, other, new = (stand_ins.probe_network(5, rate) for rate in (0.25, 0.5, 0.25))
    assert {id(spare), id(other)} == {id(one) for one in two_spare}
    assert not any(new is one for one in two_spare)
    assert (spare.dropout.p, other.dropout.p, new.dropout.p) == (0.25, 0.5, 0.25)
    images = paddle.to_tensor(np.random.default_rng(1).standard_normal((4, 1, 28, 28)).astype(np.float32))
    outputs = [filled(network)(images).numpy() for network in (spare, other, new)]
    assert outputs[0].shape == (4, 5)
    assert (outputs[0] == outputs[1]).all()
    assert (outputs[0] == outputs[2]).all()
    assert list(spare.state_dict()) == list(new.state_dict())
    assert [type(layer).__name__ for layer in spare.sublayers()] == [type(layer).__name__ for layer in new.sublayers()]


def test_each_has_notes_of_its_own(two_spare: list[Any]) -> None:
    one, other = (filled(stand_ins.probe_network(2, 0.0)) for _ in two_spare)
    one(paddle.zeros([3, 784]))
    assert stand_ins.passes_of(one) == [[False, True, 3]]
    assert stand_ins.passes_of(other) == []


def test_names_of_parameters_differ_from_each_other_and_from_those_of_a_new_network(two_spare: list[Any]) -> None:
    networks = [*(stand_ins.probe_network(2, 0.0) for _ in two_spare), paddle.nn.Linear(2, 2)]
    names = [parameter.name for network in networks for parameter in network.parameters()]
    assert len(set(names)) == len(names)
