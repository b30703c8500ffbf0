"""Drawings of digits in the place of MNIST, in its layout."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from autograder.data.generated import refuse_small, written_once
from autograder.data.packing import packed

from .digits import draw_digit
from .idx import DIGIT_SIZE, IMAGES_MAGIC, LABELS_MAGIC, MNIST_FILES

DRAWINGS_VERSION = 2  # part of the marker: raise it when the drawings change
# First number of each random stream, so that no two pictures share one.
ORDER_STREAM, TRAIN_STREAM, TEST_STREAM = range(2, 5)


def generate_mnist(folder: Path, seed: int = 0, train: int = 6000, test: int = 1000, name: str = "mnist") -> Path:
    """Write digit-like drawings to `folder/<name>` as the four idx archives of MNIST, and return that folder.

    `train`, `test`: number of digits, each at least 10; all ten digits are about equally frequent.
    Raises DataError when `folder/<name>` holds something that was not generated, or cannot be written.
    """
    refuse_small(min(train, test), 10, "digits in each part")

    def write(target: Path) -> None:
        _write_digits(target, MNIST_FILES[:2], seed, TRAIN_STREAM, train)
        _write_digits(target, MNIST_FILES[2:], seed, TEST_STREAM, test)

    parameters: dict[str, str | int] = {"set": "mnist", "seed": seed, "train": train, "test": test}
    parameters["version"] = DRAWINGS_VERSION
    return written_once(folder / name, parameters, write)


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
