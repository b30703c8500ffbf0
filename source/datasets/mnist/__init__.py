"""MNIST: 60,000 training and 10,000 test digits, 28 x 28, grey."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from autograder.data.dataset import DataSet
from autograder.data.errors import DataError
from autograder.data.inspection import Count, Fault, Prepared, Progress, silent
from autograder.text import Text

from . import wording
from .idx import MNIST_FILES, announced, differing_files, find_mnist, load_mnist

TEXTS = {"training": Text(zh="训练", en="training"), "test": Text(zh="测试", en="test")}


class Mnist(DataSet):
    """The digits. Samples are float32 [1, 28, 28], grey in [0, 1]; labels int64 [N, 1] in 0..9."""

    splits = ("training", "test")
    kinds: ClassVar[dict[str, Text]] = {"digits": Text(zh="不是原版", en="not the original")}

    def load(self, split: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the digits of a split: float32 [N, 1, 28, 28], grey in [0, 1], and labels int64 [N, 1]."""
        if split not in ("training", "test"):
            raise DataError(f"the digits are training or test, not {split!r}")
        return load_mnist(self.folder, split)  # type: ignore[arg-type]

    def sha256(self) -> str:
        """Return the hash of the four archives."""
        digest = hashlib.sha256(b"None")
        for name in MNIST_FILES:
            digest.update(hashlib.sha256((self.folder / name).read_bytes()).digest())
        return digest.hexdigest()

    def require(self) -> None:
        """Raise DataError where the folder is there and one of the archives is missing."""
        find_mnist(self.folder.parent, self.name)

    def generate(self) -> None:
        """Draw similar digits, once."""
        from .drawn import generate_mnist

        generate_mnist(self.folder.parent, name=self.name)

    def counts(self) -> tuple[Count, ...]:
        """Return how many digits the archives announce."""
        files = {"training": MNIST_FILES[0], "test": MNIST_FILES[2]}
        return tuple(Count(split, TEXTS[split], announced(self.folder / name)) for split, name in files.items())

    def inspect(self, progress: Progress = silent) -> tuple[Fault, ...]:
        """Return archives that cannot be read, and those that differ from the original."""
        faults = list(super().inspect(progress))
        if self.origin == "real":
            faults += [Fault("digits", False, (name,), wording.DIGITS_DIFFER) for name in differing_files(self.folder)]
        return tuple(faults)

    def prepare_from(self, source: Path, size: int | None, progress: Progress = silent) -> Prepared:
        """Make the set from its four idx files, as .gz or unpacked; each is compared with the original. size: 28 for digits."""
        from . import preparing

        folder, before = preparing.prepare_mnist(source, self.folder.parent, self.name)
        kept = len(MNIST_FILES) if before else 0
        return Prepared(folder, len(MNIST_FILES) - kept, kept, done_before=before)
