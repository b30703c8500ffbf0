"""What a training run gave, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.measures import Confusion
from autograder.training.recipe import Recipe


@dataclass(frozen=True)
class Epoch:
    """One epoch, counted from 1.

    Attributes:
        train_loss, validation_loss: Means over images.
        accuracy: Fraction of the validation images.
        auc: None where there are more than two classes.
        confusion: Rows are true, columns predicted classes.
        seconds: With validation.
    """

    epoch: int
    train_loss: float
    validation_loss: float
    accuracy: float
    auc: float | None
    confusion: Confusion | None
    seconds: float

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Epoch:
        """Return the epoch that `dataclasses.asdict` turned into JSON values."""
        table = record["confusion"]
        return cls(**{**record, "confusion": table and tuple(tuple(row) for row in table)})


@dataclass(frozen=True)
class History:
    """A run: which network, by which recipe, on which images, and what every epoch gave.

    Attributes:
        data_sha256: Of the images and labels used.
        origin: "real" or "generated".
        rehearsal: A short run on few images.
        left_out: Names of training images that are validation images too.
        weights: The file with the best epoch's weights.
    """

    network: str
    recipe: Recipe
    epochs: tuple[Epoch, ...]
    data_sha256: str
    origin: str
    rehearsal: bool = False
    left_out: tuple[str, ...] = ()
    weights: Path = field(default=Path(), compare=False)

    @property
    def best(self) -> Epoch:
        """The epoch with the highest accuracy; of equal ones that with the highest AUC, then the first."""
        return best_of(self.epochs)


def best_of(epochs: tuple[Epoch, ...]) -> Epoch:
    """Return the epoch with the highest accuracy; of equal ones that with the highest AUC, then the first."""
    return max(epochs, key=lambda entry: (entry.accuracy, entry.auc or 0.0, -entry.epoch))
