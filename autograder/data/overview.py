"""Which images a course uses: where they lie, whether they are real, and how many there are."""

from __future__ import annotations

import gzip
import struct
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder.data.ensure import GENERATED_FOLDER
from autograder.data.errors import DataError
from autograder.data.location import MNIST_FILES, data_folder, find_mnist, find_palm, is_generated
from autograder.data.palm import training_images, validation_images

State = Literal["real", "generated", "absent"]


@dataclass(frozen=True)
class SetOverview:
    """One set: `state`, `folder` (where it would be generated when absent), number of images by what they are."""

    name: Literal["palm", "mnist"]
    state: State
    folder: Path
    counts: dict[str, int]


def palm_overview(course_root: Path, configured: str | None = None) -> SetOverview:
    """Return what `ensure_data` would use for PALM, without generating it; raises DataError for a damaged set."""
    spare = course_root / GENERATED_FOLDER
    folders = find_palm(data_folder(course_root, configured)) or find_palm(spare)
    if folders is None:
        return SetOverview("palm", "absent", spare / "palm", {})
    every = training_images(folders, leave_out_leaks=False)
    letters = Counter(image.path.name[0] for image in every)
    validation = Counter(image.label for image in validation_images(folders))
    counts = {
        "training": len(every),
        "training P": letters["P"],
        "training N": letters["N"],
        "training H": letters["H"],
        "left out": len(every) - len(training_images(folders)),
        "validation": validation.total(),
        "validation 1": validation[1],
        "validation 0": validation[0],
    }
    return SetOverview("palm", _state(folders.root), folders.root, counts)


def mnist_overview(course_root: Path, configured: str | None = None) -> SetOverview:
    """Return what `ensure_data` would use for MNIST, without generating it."""
    spare = course_root / GENERATED_FOLDER
    folder = find_mnist(data_folder(course_root, configured)) or find_mnist(spare)
    if folder is None:
        return SetOverview("mnist", "absent", spare / "mnist", {})
    counts = {"training": _announced(folder / MNIST_FILES[0]), "test": _announced(folder / MNIST_FILES[2])}
    return SetOverview("mnist", _state(folder), folder, counts)


def _state(root: Path) -> State:
    return "generated" if is_generated(root) else "real"


def _announced(archive: Path) -> int:
    """Return how many images an idx archive announces."""
    try:
        with gzip.open(archive) as file:
            return int(struct.unpack(">2I", file.read(8))[1])
    except (OSError, EOFError, struct.error) as error:
        raise DataError(f"{archive} is cut short or not a gzip archive ({error}); copy it again") from error
