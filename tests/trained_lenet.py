"""Train LeNet on some digits, in a process of its own: `python -m tests.trained_lenet WEIGHTS.safetensors DIGITS`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from autograder.course.sets import data_set
from autograder.training.images import sets_of
from autograder.training.recipe import Recipe
from autograder.training.reference import best_accuracy
from tests.data_sets import data_of_course

ROOT = Path(__file__).parents[1]


def main(weights: Path, digits: int) -> None:
    """Write weights; where there are fewer digits, as among the generated ones, they are gone through twice as often as it takes for as many."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})  # two threads of so small a network wait for each other
    sets = sets_of(data_set(ROOT, "mnist", place=data_of_course())).first(digits)
    epochs = max(1, 2 * digits // len(sets.training)) if len(sets.training) < digits else 1
    recipe = Recipe(epochs=epochs, seed=1, batch_size=32, learning_rate=2e-3, optimizer="adam")
    print(best_accuracy(ROOT / "solutions" / "lenet" / "lenet.py", "LeNet", sets, recipe, weights))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
