"""How a network is trained: everything that decides the outcome, besides the network and the images."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from autograder.text import Json, Text
from autograder.training.failures import BELOW_ONE, HALF, NUMBER, OPTIMIZER, TO_TEN, WHOLE, failed

OptimizerName = Literal["momentum", "adam"]
OPTIMIZERS: tuple[OptimizerName, ...] = ("momentum", "adam")
MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Recipe:
    """learning_rate, momentum (with adam: its beta1), weight_decay (L2, 0 for none): as Paddle's optimizers take them.

    Attributes:
        epochs: Passes over the training images.
        batch_size: Images per step.
        seed: Of the order and of dropout.
        half: Write the weights file in float16, half the size.

    Raises:
        TrainingError: For a value that cannot be meant.
    """

    epochs: int
    seed: int
    batch_size: int = 10
    learning_rate: float = 0.001
    momentum: float = 0.9
    weight_decay: float = 0.0
    half: bool = False
    optimizer: OptimizerName = "momentum"

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        _whole("epochs", self.epochs, 1, 10_000)
        _whole("batch_size", self.batch_size, 1, 100_000)
        _whole("seed", self.seed, 0, MAX_SEED)
        _number("learning_rate", self.learning_rate, TO_TEN, lambda x: 0 < x <= 10)
        _number("momentum", self.momentum, BELOW_ONE, lambda x: 0 <= x < 1)
        _number("weight_decay", self.weight_decay, BELOW_ONE, lambda x: 0 <= x < 1)
        if not isinstance(self.half, bool):
            raise failed(HALF.format(value=self.half))
        if self.optimizer not in OPTIMIZERS:
            raise failed(OPTIMIZER.format(known=", ".join(OPTIMIZERS), value=self.optimizer))

    def to_record(self) -> dict[str, Json]:
        """Return the recipe as JSON values."""
        return asdict(self)


def _whole(name: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise failed(WHOLE.format(name=name, least=least, most=most, value=value))


def _number(name: str, value: object, expected: Text, holds: Any) -> None:
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and holds(value)
    if not good:
        raise failed(NUMBER.format(name=name, expected=expected, value=value))
