"""Drawings of the back of the eye in the place of the photographs, in their layout."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.data.generated import for_each, refuse_small, written_once
from autograder.data.opencv import cv2

from .folders import PalmFolders
from .fundus import Fundus, Group, draw_fundus
from .labels import LABELS_HEADER
from .photographs import IMAGE_SIZE

DRAWINGS_VERSION = 2  # part of the marker: raise it when the drawings change
JPEG_QUALITY = 90
ORIGINAL_SIZE = (2124, 2056)  # width and height in pixels that the fovea positions of labels.csv refer to
# Photographs of each group in the real set; the normal and tessellated shares of the validation part are not published.
TRAINING_SHARES: dict[Group, int] = {"N": 161, "H": 26, "P": 213}
VALIDATION_SHARES: dict[Group, int] = {"N": 163, "H": 26, "P": 211}
# First number of each random stream, so that no two pictures share one.
TRAINING_STREAM, VALIDATION_STREAM, ORDER_STREAM = range(3)


def generate_palm(
    folder: Path, seed: int = 0, training: int = 400, validation: int = 400, name: str = "palm"
) -> PalmFolders:
    """Write fundus-like drawings to `folder/<name>` as PALM lays them out, and return its folders.

    `training`, `validation`: number of images, each at least 3; the groups keep the shares of the real set.
    Raises DataError when `folder/<name>` holds something that was not generated, or cannot be written.
    """
    refuse_small(min(training, validation), 3, "images in each part")

    def write(target: Path) -> None:
        folders = PalmFolders(target)
        _write_training(folders, seed, training)
        _write_validation(folders, seed, validation)

    parameters: dict[str, str | int] = {"set": "palm", "seed": seed, "training": training, "validation": validation}
    parameters["version"] = DRAWINGS_VERSION
    return PalmFolders(written_once(folder / name, parameters, write))


def group_counts(shares: dict[Group, int], total: int) -> dict[Group, int]:
    """Return `total` images split by `shares` (largest remainder), at least one of each group."""
    whole = sum(shares.values())
    exact = {group: share * total / whole for group, share in shares.items()}
    counts = {group: max(1, int(value)) for group, value in exact.items()}
    by_remainder = sorted(exact, key=lambda group: counts[group] - exact[group])
    while (missing := total - sum(counts.values())) != 0:
        if missing > 0:
            counts[by_remainder.pop(0)] += 1
        else:
            counts[max(counts, key=lambda group: counts[group])] -= 1
    return counts


def _write_training(folders: PalmFolders, seed: int, total: int) -> None:
    folders.training.mkdir()
    names = [
        (group, f"{group}{number:04d}.jpg")
        for group, count in group_counts(TRAINING_SHARES, total).items()
        for number in range(1, count + 1)
    ]

    def draw(index: int) -> None:
        group, name = names[index]
        fundus = draw_fundus(group, np.random.default_rng([seed, TRAINING_STREAM, index]))
        _write_jpeg(folders.training / name, fundus.image)

    for_each(draw, range(total))


def _write_validation(folders: PalmFolders, seed: int, total: int) -> None:
    folders.validation.mkdir()
    groups = [group for group, count in group_counts(VALIDATION_SHARES, total).items() for _ in range(count)]
    order = np.random.default_rng([seed, ORDER_STREAM]).permutation(total)

    def draw(number: int) -> tuple[object, ...]:
        group, name = groups[order[number - 1]], f"V{number:04d}.jpg"
        fundus = draw_fundus(group, np.random.default_rng([seed, VALIDATION_STREAM, number]))
        _write_jpeg(folders.validation / name, fundus.image)
        return (number, name, int(group == "P"), *_original_fovea(fundus))

    rows = for_each(draw, range(1, total + 1))
    with folders.labels.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([LABELS_HEADER, *rows])


def _original_fovea(fundus: Fundus) -> tuple[str, str]:
    """Return the fovea in pixels of a full-size photograph, with two decimals, as labels.csv has it."""
    width, height = ORIGINAL_SIZE
    return f"{fundus.fovea[0] * width / IMAGE_SIZE:.2f}", f"{fundus.fovea[1] * height / IMAGE_SIZE:.2f}"


def _write_jpeg(path: Path, image: NDArray[np.uint8]) -> None:
    encoded, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not encoded:
        raise DataError(f"OpenCV could not encode {path.name} as JPEG; reinstall opencv-python-headless")
    path.write_bytes(content.tobytes())
