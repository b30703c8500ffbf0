"""Train a chapter's reference solution: our own code, trusted, outside the box."""

from __future__ import annotations

import importlib.util
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

from autograder.course import Chapter, Training, load_chapter
from autograder.course.sets import data_set
from autograder.course.wording import NO_SUCH_CHAPTER, meant
from autograder.text import Language
from autograder.training.failures import NO_DATA, NO_NAME, NO_RECIPE, NO_SOLUTION, failed
from autograder.training.fit import fit
from autograder.training.framework import paddle_module, seed_everything
from autograder.training.history import History
from autograder.training.images import ImageSets, is_rehearsal, sets_of
from autograder.training.metrics import METRICS_FILE, Metrics, merged, read_metrics, write_metrics
from autograder.training.recipe import Recipe

FOLDER = Path(".autograder") / "training"


class Reference:
    """The reference network of a chapter, its recipe and its images.

    Attributes:
        root: The course.
        data: The folder that holds the data sets, instead of the course's.

    Raises:
        TrainingError: For a chapter without a recipe or a solution, CourseError, and DataError for images that cannot
            be read.
    """

    def __init__(self, root: Path, chapter_id: str, data: Path | None = None) -> None:
        if not (root / "source" / chapter_id).is_dir():
            names = [path.parent.name for path in (root / "source").glob("*/chapter.yml")]
            raise failed(NO_SUCH_CHAPTER.format(value=chapter_id, advice=meant(chapter_id, names)))
        self.chapter = load_chapter(root / "source" / chapter_id)
        if self.chapter.training is None:
            raise failed(NO_RECIPE.format(id=chapter_id))
        self.training: Training = self.chapter.training
        self.sets = images_of_chapter(root, self.chapter, data)
        self._root = root
        self._module = solution_module(root / "solutions" / chapter_id / f"{chapter_id}.py")

    def recipe(self, seed: int, epochs: int | None = None) -> Recipe:
        """Return the recipe of chapter.yml for one seed.

        Args:
            epochs: Another number of them.
        """
        return Recipe(
            epochs=epochs or self.training.epochs,
            seed=seed,
            batch_size=self.training.batch_size,
            learning_rate=self.training.learning_rate,
            momentum=self.training.momentum,
            weight_decay=self.training.weight_decay,
            optimizer=self.training.optimizer,
        )

    def train(self, recipe: Recipe, *, progress: bool | TextIO, language: Language | None = None) -> History:
        """Train in `.autograder/training/<chapter>/seed-<n>/`: what was interrupted goes on, what is done is kept."""
        folder = self._root / FOLDER / self.chapter.id / f"seed-{recipe.seed}"
        network = self._named(self.training.network)
        seed_everything(recipe.seed)
        return fit(
            network(*self.training.arguments),
            self.sets,
            recipe,
            weights=folder / f"{self.chapter.id}.safetensors",
            checkpoint=folder / "checkpoint",
            augment=self._named(self.training.augment) if self.training.augment else None,
            progress=progress,
            language=language,
        )

    def _named(self, name: str) -> Any:
        found = getattr(self._module, name, None)
        if found is None:
            raise failed(NO_NAME.format(path=self._module.__file__, name=name, id=self.chapter.id))
        return found


def train_references(
    root: Path,
    chapter_id: str,
    seeds: list[int] | None = None,
    epochs: int | None = None,
    data: Path | None = None,
    progress: bool | TextIO = False,
    language: Language | None = None,
) -> tuple[Path, Metrics]:
    """Train a chapter's reference once for each seed; return the metrics and the file that holds them.

    The file is `solutions/<chapter>/metrics.json`, written as each seed ends. Generated images and a rehearsal prove
    nothing: their metrics stay beside the weights.
    """
    reference = Reference(root, chapter_id, data)
    honest = reference.sets.origin == "real" and not is_rehearsal()
    path = (root / "solutions" / chapter_id if honest else root / FOLDER / chapter_id) / METRICS_FILE
    metrics: Metrics | None = read_metrics(path)
    for seed in seeds or reference.training.seeds:
        history = reference.train(reference.recipe(seed, epochs), progress=progress, language=language)
        metrics = merged(chapter_id, history, metrics, reference.training.declared)
        write_metrics(path, metrics)
    assert metrics is not None
    return path, metrics


def images_of_chapter(root: Path, chapter: Chapter, data: Path | None = None) -> ImageSets:
    """Return the images that a chapter names, from `data` or from where the course keeps them."""
    if chapter.data is None:
        raise failed(NO_DATA.format(id=chapter.id))
    return sets_of(data_set(root, chapter.data, place=data))


def solution_module(path: Path) -> ModuleType:
    """Return a built solution as a module."""
    spec = importlib.util.spec_from_file_location(f"reference_{path.stem}", path)
    if spec is None or spec.loader is None or not path.exists():
        raise failed(NO_SOLUTION.format(path=path, id=path.stem))
    paddle_module()  # first, so that its warning is hidden
    module = importlib.util.module_from_spec(spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
    return module


def best_accuracy(
    solution: Path,
    network: str,
    sets: ImageSets,
    recipe: Recipe,
    weights: Path,
    progress: bool | TextIO = False,
    arguments: Sequence[Any] = (),
) -> float:
    """Train a network of `solution` without a checkpoint that stays, write `weights`, return the best accuracy.

    Args:
        arguments: Of the network's class, by position.
    """
    seed_everything(recipe.seed)
    model = getattr(solution_module(solution), network)(*arguments)
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint = Path(scratch) / "checkpoint"
        history = fit(model, sets, recipe, weights=weights, checkpoint=checkpoint, progress=progress, rehearsal=False)
    return history.best.accuracy
