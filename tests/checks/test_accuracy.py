"""The fast way through a network: the same figures to the image, and the slow one where it cannot be trusted. Real boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from autograder.checks import accuracy
from autograder.checks.accuracy import Accuracy, CompilerDied, Images, Measured, WeightsFile, margins
from autograder.sandbox.box import Box, BoxLimits, default_box
from autograder.sandbox.conversation import BoxSession
from autograder.text import Text

HEAD = "import os, numpy, paddle\nfrom paddle import nn\n"
NET = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2D(3, 4, 3)
        self.norm = nn.BatchNorm2D(4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        h = nn.functional.relu(self.norm(self.conv(x)))
        return self.fc(nn.functional.adaptive_avg_pool2d(h, 1).flatten(1))
"""
OTHER_SELF = NET.replace("def forward(self, x)", "def forward(this, x)").replace("return self.fc", "return this.fc")
OTHER_SELF = OTHER_SELF.replace("relu(self.norm(self.conv", "relu(this.norm(this.conv")
RAISING = NET.replace("        h =", "        if not paddle.in_dynamic_mode(): raise ArithmeticError('x')\n        h =")
OWN_ERROR = "class Zebra(Exception): pass\n" + RAISING.replace("ArithmeticError", "Zebra")
DIFFERENT = NET.replace("return self.fc(", "return (1 if paddle.in_dynamic_mode() else 2) * self.fc(")
DYING = NET.replace("        h =", "        os._exit(3) if not paddle.in_dynamic_mode() else None\n        h =")
CHECK = Accuracy(name="Net", batch=7)


@pytest.fixture(scope="module")
def box() -> Box:
    return default_box(BoxLimits(cpu_seconds=60))


@pytest.fixture
def session(box: Box) -> Iterator[BoxSession]:
    with box.session() as opened:
        yield opened


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "LARGEST_BATCH", 16)


def images() -> Images:
    generator = np.random.default_rng(5)
    return Images(generator.standard_normal((60, 3, 12, 12)).astype(np.float32), generator.integers(0, 2, 60))


def weights() -> WeightsFile:
    generator = np.random.default_rng(6)
    shapes = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "fc.weight": (4, 2), "fc.bias": (2,)}
    shapes |= {f"norm.{name}": (4,) for name in ("weight", "bias", "_mean")}
    arrays = {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return WeightsFile("w.safetensors", save({**arrays, "norm._variance": np.ones(4, np.float32)}))


def measured(session: BoxSession, code: str, fast: bool) -> Measured | Text:
    session.ask("load", statements=[["answer.py", 1, HEAD + code]])
    return CHECK.measure(session, weights(), images(), seed=1, fast=fast)


class Noting:
    """A session that notes which operations it is asked for."""

    def __init__(self, session: BoxSession) -> None:
        self.session, self.asked = session, list[str]()

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        self.asked.append(operation)
        return self.session.ask(operation, **arguments)


def test_the_compiled_network_gives_the_same_figures(session: BoxSession) -> None:
    noting = Noting(session)
    fast = measured(noting, NET, fast=True)  # type: ignore[arg-type]
    assert noting.asked.count("predict") == 1 + 4  # the first few once more, and 56 images by 16
    assert isinstance(fast, Measured)
    assert fast.slow == ""
    assert 0 < fast.accuracy < 1
    assert measured(session, NET, fast=False) == fast


@pytest.mark.parametrize(
    ("code", "why"),
    [(OTHER_SELF, ""), (RAISING, "ArithmeticError"), (OWN_ERROR, "Error"), (DIFFERENT, "|Δ|")],
    ids=["other_self", "raising", "own_error", "different"],
)
def test_a_network_that_cannot_be_compiled_runs_as_it_is(session: BoxSession, code: str, why: str) -> None:
    found = measured(session, code, fast=True)
    assert isinstance(found, Measured)
    assert found.slow.startswith(why)
    slow = measured(session, code, fast=False)
    assert isinstance(slow, Measured)
    assert (found.accuracy, found.auc) == (slow.accuracy, slow.auc)


def test_a_death_while_compiling_is_told_apart(session: BoxSession, box: Box) -> None:
    with pytest.raises(CompilerDied):
        measured(session, DYING, fast=True)
    with box.session() as another:
        assert isinstance(measured(another, DYING, fast=False), Measured)


def test_an_image_near_a_decision_is_run_as_it_is(session: BoxSession, monkeypatch: pytest.MonkeyPatch) -> None:
    noting = Noting(session)
    monkeypatch.setattr(accuracy, "SAME", 1e9)
    found = measured(noting, NET, fast=True)  # type: ignore[arg-type]
    assert noting.asked.count("predict") == noting.asked.count("forward") == 5
    assert found == measured(session, NET, fast=False)


def test_the_distance_from_another_decision() -> None:
    assert margins(np.array([[2.0], [-0.5]])).tolist() == [2.0, 0.5]
    assert margins(np.array([[1.0, 4.0, 3.0], [2.0, 2.0, 0.0]])).tolist() == [1.0, 0.0]
