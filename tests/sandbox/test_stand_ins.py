"""Probe networks: each has notes of its own, and equal ones give equal outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle

from autograder.sandbox.child.on_paddle import fill
from autograder.sandbox.child.on_paddle.stand_ins import ProbeNetwork, passes_of


def filled(network: Any) -> Any:
    fill.fill(network, 3)
    network.eval()
    return network


def test_networks_that_are_filled_from_one_seed_give_the_same_outputs_whatever_their_dropout() -> None:
    one, other = ProbeNetwork(5, 0.25), ProbeNetwork(5, 0.5)
    assert (one.dropout.p, other.dropout.p) == (0.25, 0.5)
    images = paddle.to_tensor(np.random.default_rng(1).standard_normal((4, 1, 28, 28)).astype(np.float32))
    outputs = [filled(network)(images).numpy() for network in (one, other)]
    assert outputs[0].shape == (4, 5)
    assert (outputs[0] == outputs[1]).all()


def test_each_has_notes_of_its_own() -> None:
    one, other = (filled(ProbeNetwork(2, 0.0)) for _ in range(2))
    one(paddle.zeros([3, 784]))
    assert passes_of(one) == [[False, True, 3]]
    assert passes_of(other) == []


def test_names_of_parameters_differ_from_each_other_and_from_those_of_another_layer() -> None:
    networks = [ProbeNetwork(2, 0.0), ProbeNetwork(2, 0.0), paddle.nn.Linear(2, 2)]
    names = [parameter.name for network in networks for parameter in network.parameters()]
    assert len(set(names)) == len(names)
