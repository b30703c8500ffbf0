"""Generated stand-ins for PALM and MNIST, in the layout of the real sets.

The same seed and sizes give the same files (with one version of OpenCV). A set is written into a temporary folder
and renamed when it is whole; its marker file `generated.json` holds the parameters, so a second call returns at once.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from autograder.data.digits import draw_digit
from autograder.data.errors import DataError
from autograder.data.fundus import Fundus, Group, draw_fundus
from autograder.data.labels import LABELS_HEADER
from autograder.data.location import GENERATED_MARKER, MNIST_FILES, PalmFolders
from autograder.data.mnist import DIGIT_SIZE, IMAGES_MAGIC, LABELS_MAGIC
from autograder.data.opencv import cv2
from autograder.data.packing import packed
from autograder.data.palm import IMAGE_SIZE

Drawn = TypeVar("Drawn")

GENERATOR_VERSION = 2  # part of the marker: raise it when the drawings change
JPEG_QUALITY = 90
ORIGINAL_SIZE = (2124, 2056)  # width and height in pixels that the fovea positions of labels.csv refer to
# Photographs of each group in the real set; the normal and tessellated shares of the validation part are not published.
TRAINING_SHARES: dict[Group, int] = {"N": 161, "H": 26, "P": 213}
VALIDATION_SHARES: dict[Group, int] = {"N": 163, "H": 26, "P": 211}
# First number of each random stream, so that no two pictures share one.
TRAINING_STREAM, VALIDATION_STREAM, ORDER_STREAM, TRAIN_DIGITS_STREAM, TEST_DIGITS_STREAM = range(5)


def generate_palm(folder: Path, seed: int = 0, training: int = 400, validation: int = 400) -> PalmFolders:
    """Write fundus-like drawings to `folder/palm` as PALM lays them out, and return its folders.

    `training`, `validation`: number of images, each at least 3; the groups keep the shares of the real set.
    Raises DataError when `folder/palm` holds something that was not generated, or cannot be written.
    """
    _refuse_small(min(training, validation), 3, "images in each part")

    def write(target: Path) -> None:
        folders = PalmFolders(target)
        _write_training(folders, seed, training)
        _write_validation(folders, seed, validation)

    parameters: dict[str, str | int] = {"set": "palm", "seed": seed, "training": training, "validation": validation}
    return PalmFolders(_written_once(folder / "palm", parameters, write))


def generate_mnist(folder: Path, seed: int = 0, train: int = 6000, test: int = 1000) -> Path:
    """Write digit-like drawings to `folder/mnist` as the four idx archives of MNIST, and return that folder.

    `train`, `test`: number of digits, each at least 10; all ten digits are about equally frequent.
    Raises DataError when `folder/mnist` holds something that was not generated, or cannot be written.
    """
    _refuse_small(min(train, test), 10, "digits in each part")

    def write(target: Path) -> None:
        _write_digits(target, MNIST_FILES[:2], seed, TRAIN_DIGITS_STREAM, train)
        _write_digits(target, MNIST_FILES[2:], seed, TEST_DIGITS_STREAM, test)

    parameters: dict[str, str | int] = {"set": "mnist", "seed": seed, "train": train, "test": test}
    return _written_once(folder / "mnist", parameters, write)


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

    _for_each(draw, range(total))


def _write_validation(folders: PalmFolders, seed: int, total: int) -> None:
    folders.validation.mkdir()
    groups = [group for group, count in group_counts(VALIDATION_SHARES, total).items() for _ in range(count)]
    order = np.random.default_rng([seed, ORDER_STREAM]).permutation(total)

    def draw(number: int) -> tuple[object, ...]:
        group, name = groups[order[number - 1]], f"V{number:04d}.jpg"
        fundus = draw_fundus(group, np.random.default_rng([seed, VALIDATION_STREAM, number]))
        _write_jpeg(folders.validation / name, fundus.image)
        return (number, name, int(group == "P"), *_original_fovea(fundus))

    rows = _for_each(draw, range(1, total + 1))
    with folders.labels.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([LABELS_HEADER, *rows])


def _for_each(draw: Callable[[int], Drawn], numbers: Iterable[int]) -> list[Drawn]:
    """Return what `draw` gives for each number, in order; every number has a random stream of its own."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as threads:
        return list(threads.map(draw, numbers))


def _original_fovea(fundus: Fundus) -> tuple[str, str]:
    """Return the fovea in pixels of a full-size photograph, with two decimals, as labels.csv has it."""
    width, height = ORIGINAL_SIZE
    return f"{fundus.fovea[0] * width / IMAGE_SIZE:.2f}", f"{fundus.fovea[1] * height / IMAGE_SIZE:.2f}"


def _write_jpeg(path: Path, image: NDArray[np.uint8]) -> None:
    encoded, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not encoded:
        raise DataError(f"OpenCV could not encode {path.name} as JPEG; reinstall opencv-python-headless")
    path.write_bytes(content.tobytes())


def _write_digits(target: Path, names: tuple[str, ...], seed: int, stream: int, count: int) -> None:
    """Write the image and the label archive of one part; digit i is drawn from its own random stream."""
    images_name, labels_name = names
    labels = np.random.default_rng([seed, ORDER_STREAM, stream]).permutation(np.arange(count) % 10).astype(np.uint8)
    images = bytearray()
    for index, digit in enumerate(labels):
        images += draw_digit(int(digit), np.random.default_rng([seed, stream, index])).tobytes()
    header = struct.pack(">4I", IMAGES_MAGIC, count, DIGIT_SIZE, DIGIT_SIZE)
    (target / images_name).write_bytes(packed(header + bytes(images)))
    (target / labels_name).write_bytes(packed(struct.pack(">2I", LABELS_MAGIC, count) + labels.tobytes()))


def _refuse_small(smallest: int, least: int, what: str) -> None:
    if smallest < least:
        raise ValueError(f"at least {least} {what} are needed, got {smallest}")


def _written_once(target: Path, parameters: dict[str, str | int], write: Callable[[Path], None]) -> Path:
    """Return `target` as `write` makes it; nothing is done when its marker already has these parameters."""
    marker = json.dumps({**parameters, "version": GENERATOR_VERSION}, sort_keys=True) + "\n"
    if _marker_of(target) == marker:
        return target
    if target.exists() and _marker_of(target) is None:
        raise DataError(f"{target} exists and was not generated; it is left as it is, choose another folder")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            write(fresh)
            (fresh / GENERATED_MARKER).write_text(marker, encoding="utf-8")
            _swap_in(fresh, target, marker)
    except OSError as error:
        raise DataError(f"{target} cannot be written ({error.strerror}); check the disk and its permissions") from error
    return target


def _swap_in(fresh: Path, target: Path, marker: str) -> None:
    """Rename `fresh` to `target`; another process may have done the same meanwhile, and that is as good."""
    if target.exists() and _marker_of(target) != marker:
        old = fresh.with_name("old")
        target.rename(old)
        shutil.rmtree(old)
    try:
        fresh.rename(target)
    except OSError:
        if _marker_of(target) != marker:
            raise


def _marker_of(target: Path) -> str | None:
    try:
        return (target / GENERATED_MARKER).read_text(encoding="utf-8")
    except OSError:
        return None
