"""PALM: 400 training and 400 validation photographs of the back of the eye, with and without pathologic myopia.

What a notebook calls stands here; the other modules are imported when something of them is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autograder.data.dataset import DataSet
from autograder.data.inspection import Count, Fault, Prepared, Progress, silent
from autograder.text import Language, Text

from . import photographs, wording
from .folders import PalmFolders, find_palm
from .photographs import LabelledImage

if TYPE_CHECKING:
    from autograder.data.sheet import SheetClass
    from autograder.training.images import ImageSets

TEXTS = {
    "training": Text(zh="训练", en="training"),
    "training P": Text(zh="其中病理性近视", en="of these pathologic myopia"),
    "training N": Text(zh="其中正常", en="of these normal"),
    "training H": Text(zh="其中高度近视", en="of these high myopia"),
    "left out": Text(zh="其中因泄漏去掉", en="of these left out as leaked"),
    "validation": Text(zh="验证", en="validation"),
    "validation 1": Text(zh="其中标签 1", en="of these label 1"),
    "validation 0": Text(zh="其中标签 0", en="of these label 0"),
}


class Palm(DataSet):
    """The photographs. Samples are uint8 [224, 224, 3], BGR; label 1 is pathologic myopia.

    A split of another name is a test set: the folder of that name, with its own labels.csv.
    """

    splits = ("training", "validation")
    few = 6  # two batches of unequal size
    classes = (Text(zh="非 PM", en="no PM"), Text(zh="PM", en="PM"))
    kinds: ClassVar[dict[str, Text]] = {
        "same eye": Text(zh="同一只眼", en="same eye"),
        "unsure": Text(zh="请看一看", en="look at these"),
    }
    grouped: ClassVar[dict[str, Text]] = wording.GROUPED

    @property
    def folders(self) -> PalmFolders:
        """The folders that hold the three parts."""
        return PalmFolders(self.folder)

    @property
    def training(self) -> Path:
        """Folder of the training photographs."""
        return self.folders.training

    @property
    def validation(self) -> Path:
        """Folder of the validation photographs."""
        return self.folders.validation

    @property
    def labels(self) -> Path:
        """The csv with the validation labels."""
        return self.folders.labels

    def training_images(self, leave_out_leaks: bool = True) -> tuple[LabelledImage, ...]:
        """Return the training photographs in order of name, each with `path` and `label`; see `photographs.training_images`."""
        return photographs.training_images(self.folders, leave_out_leaks)

    def validation_images(self) -> tuple[LabelledImage, ...]:
        """Return the validation photographs in the order of the csv, each with `path` and `label`."""
        return photographs.validation_images(self.folders)

    def read_image(self, path: Path) -> NDArray[np.uint8]:
        """Return a photograph as uint8 [H, W, 3], BGR, in [0, 255]; raises DataError when it cannot be decoded."""
        return photographs.read_image(path)

    def prepare_image(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return what a network is fed: `image` uint8 [H, W, 3] BGR → float32 [3, 224, 224], BGR, in [-1, 1]."""
        return photographs.prepare_image(image)

    def reader_sets(
        self,
        data_loader: Callable[..., Any] | None,
        valid_data_loader: Callable[..., Any] | None,
        language: Language | None = None,
    ) -> ImageSets:
        """Return the photographs that a learner's own loaders give, for `fit`; see `reader.reader_sets`."""
        from .reader import reader_sets

        return reader_sets(self, data_loader, valid_data_loader, language)

    def load(self, split: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return photographs uint8 [N, 224, 224, 3], BGR, decoded once, and labels int64 [N]; leaked ones are left out of training."""
        from .decoded import cached_images

        folders = self.folders if split in self.splits else self.folders.with_test_set(split)
        return cached_images(folders, "training" if split == "training" else "validation", self.cache)

    def some(self, split: str, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64], tuple[str, ...]]:
        """Return a few photographs of a split; no other is decoded."""
        from .decoded import cached_list

        chosen = photographs.chosen_images(self._listed(split), count)
        images, labels = cached_list(chosen, "training" if split == "training" else "validation", self.cache)
        return images, labels, tuple(image.path.name for image in chosen)

    def prepare(self, chosen: Any) -> NDArray[np.float32]:
        """Return photographs as a network is fed: float32 [B, 3, 224, 224], BGR, in [-1, 1]."""
        return np.stack([photographs.prepare_image(image) for image in chosen])

    def targets(self, labels: NDArray[Any]) -> NDArray[np.float32]:
        """Return labels float32 [B, 1], for one logit."""
        return np.asarray(labels, np.float32).reshape(-1, 1)

    def names(self, split: str) -> tuple[str, ...]:
        """Return the file names of the photographs of a split."""
        return tuple(image.path.name for image in self._listed(split))

    def left_out(self) -> tuple[str, ...]:
        """Return the names of the training photographs that lie in the validation folder too."""
        kept = {image.path for image in self.training_images()}
        return tuple(image.path.name for image in self.training_images(leave_out_leaks=False) if image.path not in kept)

    def sha256(self) -> str:
        """Return the hash of names, labels and bytes."""
        return photographs.sum_of(self.training_images(), self.validation_images())

    def require(self) -> None:
        """Raise DataError where the folder is there and a part of it is missing."""
        find_palm(self.folder.parent, self.name)

    def generate(self) -> None:
        """Draw similar pictures, which takes about ten seconds, once."""
        from .drawn import generate_palm

        generate_palm(self.folder.parent, name=self.name)

    def counts(self) -> tuple[Count, ...]:
        """Return how many photographs there are, by class."""
        every, validation = self.training_images(leave_out_leaks=False), self.validation_images()
        letters = Counter(image.path.name[0] for image in every)
        labels = Counter(image.label for image in validation)
        numbers = {
            "training": len(every),
            **{f"training {letter}": letters[letter] for letter in "PNH"},
            "left out": len(every) - len(self.training_images()),
            "validation": len(validation),
            **{f"validation {label}": labels[label] for label in (1, 0)},
        }
        return tuple(Count(name, TEXTS[name], number, part=name not in self.splits) for name, number in numbers.items())

    def inspect(self, progress: Progress = silent) -> tuple[Fault, ...]:
        """Return unreadable files, label conflicts, duplicates and leaks, what spoils grading first."""
        from . import completeness
        from .inspection import inspect_palm

        total = sum(len(list(folder.iterdir())) for folder in (self.training, self.validation))
        done: list[str] = []

        def step(name: str) -> None:
            done.append(name)
            progress(len(done), total, name)

        return inspect_palm(self.folders, None if self.origin == "generated" else completeness.OFFICIAL, step)

    def prepare_from(self, source: Path, size: int | None, progress: Progress = silent) -> Prepared:
        """Make the set from training.zip, validation.zip and valid_gt.zip, packed or unpacked; see `preparing.prepare_palm`."""
        from . import preparing

        return preparing.prepare_palm(source, self.folder.parent, size, progress=progress, name=self.name)

    def sheet(self, split: str, each: int) -> tuple[SheetClass, ...]:
        """Return three classes by first letter (training), or two by label; `each` photographs of each, 0 for all."""
        from .shown import classes_of

        return classes_of(self.folders, split, each)

    def _listed(self, split: str) -> Sequence[LabelledImage]:
        if split == "training":
            return self.training_images()
        return photographs.validation_images(
            self.folders if split in self.splits else self.folders.with_test_set(split)
        )
