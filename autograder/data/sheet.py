"""Contact sheets: the photographs of a set side by side, class by class, with names and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.location import PalmFolders
from autograder.data.palm import LabelledImage, Split, load_images, training_images, validation_images

THUMBNAIL = 144  # pixels
CAPTION, HEADING, GAP = 18, 34, 4
PAPER, INK = 255, 30
FONT = cv2.FONT_HERSHEY_SIMPLEX
CLASS_OF_LETTER = {"P": "pathologic myopia", "N": "normal", "H": "high myopia"}
CLASS_OF_LABEL = {1: "pathologic myopia", 0: "not pathologic"}  # the validation names do not tell normal from high


@dataclass(frozen=True)
class SheetClass:
    """The photographs of one class that a sheet shows, and how many there are in all."""

    name: str
    shown: tuple[LabelledImage, ...]
    total: int


def classes_of(folders: PalmFolders, split: Split, each: int) -> tuple[SheetClass, ...]:
    """Return the classes of a split: three by first letter (training), or two by label; `each` photographs of each.

    They are spread evenly over the class, so neighbours, often the same eye, seldom meet; 0 takes all.
    """
    groups: dict[str, list[LabelledImage]] = {}
    if split == "training":
        groups = {name: [] for name in CLASS_OF_LETTER.values()}
        for image in training_images(folders, leave_out_leaks=False):
            groups[CLASS_OF_LETTER[image.path.name[0]]].append(image)
    else:
        groups = {name: [] for name in CLASS_OF_LABEL.values()}
        for image in validation_images(folders):
            groups[CLASS_OF_LABEL[image.label]].append(image)
    return tuple(SheetClass(name, _spread(images, each), len(images)) for name, images in groups.items())


def contact_sheet(classes: Sequence[SheetClass], columns: int = 8) -> NDArray[np.uint8]:
    """Return the sheet as uint8 [H, W, 3], BGR: a heading and rows of `columns` captioned photographs for each class."""
    width = columns * (THUMBNAIL + GAP) + GAP
    parts: list[NDArray[np.uint8]] = []
    for one in classes:
        if one.shown:
            label = one.shown[0].label
            parts.append(_heading(f"{one.name}, label {label}: {len(one.shown)} of {one.total}", width))
            parts += [_row(one.shown[start : start + columns], width) for start in range(0, len(one.shown), columns)]
    return cast(NDArray[np.uint8], np.concatenate(parts))


def write_sheet(sheet: NDArray[np.uint8], file: Path) -> None:
    """Write a sheet as PNG; raises DataError when the file cannot be written."""
    done, content = cv2.imencode(".png", sheet)
    if not done:
        raise DataError(f"{file}: OpenCV could not encode the sheet; reinstall opencv-python-headless")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.tobytes())
    except OSError as error:
        raise DataError(f"{file} cannot be written ({error.strerror}); choose another place with --out") from error


def _spread(images: Sequence[LabelledImage], each: int) -> tuple[LabelledImage, ...]:
    if each <= 0 or len(images) <= each:
        return tuple(images)
    return tuple(images[index * len(images) // each] for index in range(each))


def _heading(text: str, width: int) -> NDArray[np.uint8]:
    strip = np.full((HEADING, width, 3), PAPER, dtype=np.uint8)
    cv2.putText(strip, text, (GAP, HEADING - 11), FONT, 0.6, (INK, INK, INK), 1, cv2.LINE_AA)
    return strip


def _row(images: Sequence[LabelledImage], width: int) -> NDArray[np.uint8]:
    strip = np.full((THUMBNAIL + CAPTION + GAP, width, 3), PAPER, dtype=np.uint8)
    for place, image in enumerate(images):
        left = GAP + place * (THUMBNAIL + GAP)
        small = cv2.resize(load_images([image.path])[0], (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
        strip[:THUMBNAIL, left : left + THUMBNAIL] = small
        caption = f"{image.path.stem}  {image.label}"
        cv2.putText(strip, caption, (left + 2, THUMBNAIL + 14), FONT, 0.42, (INK, INK, INK), 1, cv2.LINE_AA)
    return strip
