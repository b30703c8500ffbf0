"""Networks on tables, sequences and words are probed like those on images."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Accuracy, Behaviour, OutputShape, Parameters, TokenBehaviour
from autograder.checks.accuracy import Images, Measured, WeightsFile
from autograder.checks.base import Check, observe, smooth_images
from autograder.checks.catalogue import check_from
from autograder.client.live import LiveSession

TABLE = """
import paddle
from paddle import nn
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(6, 8), nn.Linear(8, 3)
    def forward(self, x):
        return self.last(nn.functional.relu(self.first(x)))
"""
SEQUENCE = """
import paddle
from paddle import nn
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv, self.last = nn.Conv1D(2, 5, 3, padding=1), nn.Linear(5, 3)
    def forward(self, x):
        return self.last(nn.functional.relu(self.conv(x)).mean(axis=2))
"""
WORDS = """
import paddle
from paddle import nn
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.words, self.last = nn.Embedding(11, 4), nn.Linear(4, 3)
    def forward(self, x):
        return self.last(self.words(x).mean(axis=1))
"""


def session_of(text: str) -> LiveSession:
    """Return a session on the definitions of a text."""
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    return LiveSession(namespace)


def told(check: Check, reference: str, answer: str) -> str | None:
    """Return what a check says of an answer, None where it is right."""
    check = check_from(check.model_dump(mode="json"))
    expected, seen = (observe(check, session_of(text)) for text in (reference, answer))
    said = check.judge(seen["seen"], expected["seen"])
    return said.en if said else None


@pytest.mark.parametrize(
    ("network", "check", "mistake"),
    [
        (
            TABLE,
            Behaviour(name="Net", inputs=((5, 6), (2, 6)), seed=3, gradients=True),
            ("functional.relu", "functional.tanh"),
        ),
        (
            SEQUENCE,
            Behaviour(name="Net", inputs=((3, 2, 16), (2, 2, 9)), seed=3, gradients=True),
            ("functional.relu", "functional.tanh"),
        ),
        (SEQUENCE, Behaviour(name="Net", inputs=((3, 2, 16),), seed=3), ("padding=1", "padding=0")),
        (WORDS, TokenBehaviour(name="Net", inputs=((4, 7),), seed=3, vocabulary=11), ("mean(axis=1)", "max(axis=1)")),
        (TABLE, OutputShape(name="Net", inputs=((1, 6), (4, 6))), ("nn.Linear(8, 3)", "nn.Linear(8, 2)")),
        (SEQUENCE, Parameters(name="Net"), ("Conv1D(2, 5, 3", "Conv1D(2, 5, 5")),
    ],
)
def test_a_right_network_passes_and_a_mistake_shows(network: str, check: Check, mistake: tuple[str, str]) -> None:
    assert told(check, network, network) is None
    assert told(check, network, network.replace(*mistake)) is not None


def test_inputs_of_other_shapes_differ_from_each_other_and_images_stay_what_they_were() -> None:
    for shape in ((4, 6), (4, 2, 30), (2, 1, 5, 6, 7)):
        values = smooth_images(5, shape)
        assert (values.shape, values.dtype) == (shape, np.float32)
        assert np.abs(values[0] - values[1]).max() > 0.1
    assert smooth_images(5, (1, 1, 2, 2)).reshape(-1).tolist() == pytest.approx(
        [0.7480421, 0.4606366, -0.5260157, 0.6895462], abs=1e-6
    )
    sequence = smooth_images(5, (1, 1, 200))[0, 0]
    assert np.abs(np.diff(sequence)).max() < 0.2


def test_the_accuracy_of_a_network_on_a_table_is_measured_without_copies() -> None:
    session = session_of(TABLE)
    generator = np.random.default_rng(0)
    rows, labels = generator.normal(size=(50, 6)).astype(np.float32), generator.integers(0, 3, 50)
    network = session.ask("make", target="Net", arguments=[], named=[], blank=False)
    from safetensors.numpy import save

    state = session._operations._object(network).state_dict()  # type: ignore[attr-defined]
    weights = WeightsFile("net.safetensors", save({name: value.numpy() for name, value in state.items()}))
    found = Accuracy(name="Net").measure(session, weights, Images(rows, labels), seed=1, fast=False)
    assert isinstance(found, Measured)
    assert 0 <= found.accuracy <= 1
    assert found.copies is None
