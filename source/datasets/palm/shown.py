"""The photographs of each class, for a contact sheet."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.sheet import SheetClass, SheetPicture, spread_over

from .folders import PalmFolders
from .photographs import LabelledImage, load_images, training_images, validation_images

CLASS_OF_LETTER = {"P": "pathologic myopia", "N": "normal", "H": "high myopia"}
CLASS_OF_LABEL = {1: "pathologic myopia", 0: "not pathologic"}  # the validation names do not tell normal from high


def classes_of(folders: PalmFolders, split: str, each: int) -> tuple[SheetClass, ...]:
    """Return the classes of a split: three by first letter (training), or two by label; `each` photographs of each.

    They are spread evenly over the class, so neighbours, often the same eye, seldom meet; 0 takes all.
    Raises DataError for a split that is neither of the two.
    """
    groups: dict[str, list[LabelledImage]] = {}
    if split == "training":
        groups = {name: [] for name in CLASS_OF_LETTER.values()}
        for image in training_images(folders, leave_out_leaks=False):
            groups[CLASS_OF_LETTER[image.path.name[0]]].append(image)
    elif split == "validation":
        groups = {name: [] for name in CLASS_OF_LABEL.values()}
        for image in validation_images(folders):
            groups[CLASS_OF_LABEL[image.label]].append(image)
    else:
        raise DataError(f"the photographs to show are training or validation, not {split!r}")
    return tuple(SheetClass(name, spread_over(_pictures(images), each), len(images)) for name, images in groups.items())


def _pictures(images: list[LabelledImage]) -> list[SheetPicture]:
    return [SheetPicture(image.path.stem, image.label, partial(_read, image.path)) for image in images]


def _read(path: Path) -> NDArray[np.uint8]:
    picture: NDArray[np.uint8] = load_images([path])[0]
    return picture
