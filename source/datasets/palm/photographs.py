"""PALM fundus photographs: which there are, what their labels are, and their pixels.

The data set: Fang et al., "Open Fundus Photograph Dataset with Pathologic Myopia Recognition and Anatomical
Structure Annotation", Scientific Data 11, 99 (2024). Label 1 is pathologic myopia, label 0 is not.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.opencv import cv2
from autograder.data.pictures import scaled, spread

from .folders import PalmFolders

Split = Literal["training", "validation"]

IMAGE_SIZE = 224
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
LABEL_OF_LETTER = {"H": 0, "N": 0, "P": 1}
NAME_COLUMN = "imgName"
LABEL_COLUMN = "Label"


@dataclass(frozen=True)
class LabelledImage:
    """One photograph: its file, and 1 for pathologic myopia or 0."""

    path: Path
    label: int


def training_images(folders: PalmFolders, leave_out_leaks: bool = True) -> tuple[LabelledImage, ...]:
    """Return the training photographs in order of name; the first letter of the name gives the label.

    With `leave_out_leaks`, a photograph that lies byte for byte in the validation folder too is left out (two of
    the 400 do), so that a validation figure is earned on unseen images.
    Raises DataError for a name with another first letter, and for a folder without images.
    """
    images = tuple(LabelledImage(path, _label_of_name(path)) for path in _image_files(folders.training))
    if not leave_out_leaks:
        return images
    leaked = _shared_files([image.path for image in images], _image_files(folders.validation))
    return tuple(image for image in images if image.path not in leaked)


def validation_images(folders: PalmFolders) -> tuple[LabelledImage, ...]:
    """Return the validation photographs with the labels of the csv, in the order of the csv.

    Either line ending, a byte order mark and blank lines are accepted.
    Raises DataError for a missing column, a label other than 0 and 1, a name met twice, and a missing file.
    """
    images: dict[str, LabelledImage] = {}
    try:
        with folders.labels.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            _refuse_missing_columns(folders.labels, rows.fieldnames or ())
            for row in rows:
                if not any(row.values()):
                    continue  # a spreadsheet saves a blank last line as ",,,,"
                image = _image_of_row(folders, row, rows.line_num)
                if image.path.name in images:
                    raise DataError(f"{folders.labels}, line {rows.line_num}: {image.path.name} stands there twice")
                images[image.path.name] = image
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{folders.labels} cannot be read as UTF-8 csv ({error}); copy it again") from error
    if not images:
        raise DataError(f"{folders.labels} has no rows; copy it again")
    return tuple(images.values())


def images_of(folders: PalmFolders, split: Split) -> tuple[LabelledImage, ...]:
    """Return `training_images` without the leaked ones, or `validation_images`."""
    return training_images(folders) if split == "training" else validation_images(folders)


def sum_of(*parts: Sequence[LabelledImage]) -> str:
    """Return the hash of names, labels and bytes: the same on every machine that holds the same images."""
    digest = hashlib.sha256()
    for part in parts:
        for image in part:
            content = hashlib.sha256(image.path.read_bytes()).hexdigest()
            digest.update(f"{image.path.name}\0{image.label}\0{content}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


def chosen_images(images: Sequence[LabelledImage], count: int) -> tuple[LabelledImage, ...]:
    """Return `count` images evenly spread over a list."""
    return tuple(images[place] for place in spread(len(images), count))


def read_image(path: Path) -> NDArray[np.uint8]:
    """Return the image in `path` as uint8 [H, W, 3], BGR, in [0, 255]; raises DataError when it cannot be decoded."""
    try:
        encoded = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); copy it again") from error
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if image is None:
        raise DataError(f"{path} is not an image that OpenCV can decode; copy it again")
    return cast(NDArray[np.uint8], image)


def load_images(paths: Sequence[Path]) -> NDArray[np.uint8]:
    """Return the images as uint8 [N, 224, 224, 3], BGR, in [0, 255]; other sizes are resized (bilinear)."""
    images = np.empty((len(paths), IMAGE_SIZE, IMAGE_SIZE, 3), dtype=np.uint8)
    for index, path in enumerate(paths):
        images[index] = _resized(read_image(path))
    return images


def prepare_image(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what a network is fed: `image` uint8 [H, W, 3] BGR → float32 [3, 224, 224], BGR, in [-1, 1]."""
    return scaled(_resized(image))


def _resized(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if image.shape[:2] == (IMAGE_SIZE, IMAGE_SIZE):
        return image
    return cast(NDArray[np.uint8], cv2.resize(image, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_LINEAR))


def _image_files(folder: Path) -> list[Path]:
    """Return the images of `folder` in order of name; hidden files and files of other kinds are passed over."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise DataError(f"{folder} cannot be listed ({error.strerror}); check the data folder") from error
    files = [path for path in entries if path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")]
    if not files:
        raise DataError(f"{folder} has no images; put the photographs there")
    return files


def _label_of_name(path: Path) -> int:
    label = LABEL_OF_LETTER.get(path.name[0])
    if label is None:
        raise DataError(f"{path}: the name of a training image begins with H, N or P; move this file out of the folder")
    return label


def _shared_files(candidates: Sequence[Path], others: Sequence[Path]) -> frozenset[Path]:
    """Return the `candidates` whose bytes equal those of one of `others`."""
    sizes = {path.stat().st_size for path in candidates} & {path.stat().st_size for path in others}
    sums = {_sum_of(path) for path in others if path.stat().st_size in sizes}
    return frozenset(path for path in candidates if path.stat().st_size in sizes and _sum_of(path) in sums)


def _sum_of(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _refuse_missing_columns(labels: Path, found: Sequence[str]) -> None:
    missing = [column for column in (NAME_COLUMN, LABEL_COLUMN) if column not in found]
    if missing:
        raise DataError(
            f"{labels}, line 1: no column {' and '.join(missing)}; expected ID,imgName,Label,Fovea_X,Fovea_Y, "
            f"found {','.join(found) or 'nothing'}"
        )


def _image_of_row(folders: PalmFolders, row: dict[str, str | None], line: int) -> LabelledImage:
    name, label = (row[NAME_COLUMN] or "").strip(), (row[LABEL_COLUMN] or "").strip()
    if not name or Path(name).name != name:
        raise DataError(f"{folders.labels}, line {line}: {name!r} is not the name of an image")
    if label not in ("0", "1"):
        raise DataError(f"{folders.labels}, line {line}: the label of {name} is {label!r}, expected 0 or 1")
    path = folders.validation / name
    if not path.is_file():
        raise DataError(f"{folders.labels}, line {line}: {path} does not exist; copy it there")
    return LabelledImage(path, int(label))
