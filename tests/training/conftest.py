"""Small networks and small sets, so that a whole run takes a fraction of a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.training import ImageSets
from autograder.training.framework import paddle_module, seed_everything
from autograder.training.images import sets_of
from tests.data_sets import generate_palm, palm_in


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AUTOGRADER_QUICK", "AUTOGRADER_LANG", "AUTOGRADER_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def palm(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Generated: 48 training and 24 validation images. Read only."""
    return palm_in(generate_palm(tmp_path_factory.mktemp("palm"), training=48, validation=24))


@pytest.fixture(scope="session")
def sets(palm: Any) -> ImageSets:
    """The same as image sets."""
    return sets_of(palm)


@pytest.fixture
def tiny() -> Callable[[], Any]:
    """Make a network of 800 parameters with batch norm and dropout; always the same one."""
    paddle = paddle_module()
    nn = paddle.nn

    class Tiny(nn.Layer):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2D(3, 4, 7, stride=16)
            self.norm = nn.BatchNorm2D(4)
            self.drop = nn.Dropout(0.3)
            self.fc = nn.Linear(4 * 14 * 14, 1)

        def forward(self, x: Any) -> Any:
            x = nn.functional.relu(self.norm(self.conv(x)))  # [N, 4, 14, 14]
            return self.fc(self.drop(paddle.flatten(x, 1)))  # [N, 1]

    def make() -> Any:
        seed_everything(7)
        return Tiny()

    return make


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Write a checkpoint after every batch, and raise KeyboardInterrupt instead of the batch after so many."""
    from autograder.training import checkpoint, run

    genuine = run.train_batch
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    monkeypatch.setattr(checkpoint, "PATIENCE", 0.0)

    def stop_after(batches: int) -> None:
        left = batches

        def stopping(*arguments: Any) -> float:
            nonlocal left
            if left == 0:
                monkeypatch.setattr(run, "train_batch", genuine)
                raise KeyboardInterrupt
            left -= 1
            return genuine(*arguments)

        monkeypatch.setattr(run, "train_batch", stopping)

    return stop_after


@pytest.fixture
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner's notebook that speaks English."""
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
