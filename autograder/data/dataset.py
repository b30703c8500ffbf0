"""A data set of a course: what such a class must have, and how the one that course.yml names is found.

`datasets: {letters: letters:Letters}` in course.yml names the class `Letters` in `source/datasets/letters.py`; chapters say
`data: letters`. A bundle has the file in `datasets/`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from autograder.data.errors import DataError
from autograder.identity import folder_digest

PREFIX = "autograder_datasets_"  # how a course's files are called here; the digest of their text follows
FOLDERS = ("source/datasets", "datasets")  # of a course, of a bundle
MEMBERS = ("splits", "load", "prepare", "digest")


class DataSet:
    """Samples with labels, in splits. A course's own class derives from it, or has the same four members.

    splits: their names; networks are trained on the first and graded on the last, or on the one that `test_set` names.
    """

    splits: ClassVar[tuple[str, ...]] = ("training", "validation")

    def __init__(self, folder: Path, cache: Path) -> None:
        """folder: where the data lies, `<data folder>/<name>`; cache: a folder for what is made of it."""
        self.folder, self.cache = folder, cache

    def load(self, split: str) -> tuple[Any, NDArray[Any]]:
        """Return the samples of a split, [N, ...] of any form that an array of places can index, and the labels, [N]."""
        raise NotImplementedError

    def prepare(self, chosen: Any) -> NDArray[Any]:
        """Return some samples as a network is fed, [B, ...], float32 or int64."""
        return np.asarray(chosen, np.float32)

    def digest(self) -> str:
        """Return a hash that changes with the data; results that depend on it are made anew then."""
        return folder_digest(self.folder)


def open_set(root: Path, sets: Mapping[str, str], name: str, data: Path) -> DataSet:
    """Return a data set of a course.

    Args:
        root: The course's folder, or that of a bundle.
        sets: What `datasets` in course.yml says, `Course.sets`.
        name: Which one.
        data: The folder that holds a folder for each data set.

    Raises:
        DataError: There is no such file or class, it cannot be imported, or lacks a member; with what to do.
    """
    if name not in sets:
        raise DataError(f"course.yml has no data set {name!r} in datasets: {', '.join(sorted(sets)) or 'none'}")
    stem, _, class_name = sets[name].partition(":")
    places = [root / folder / f"{stem}.py" for folder in FOLDERS]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise DataError(f"{places[0]} does not exist; datasets in course.yml says that {name} is a class in it")
    made = getattr(_module_of(file), class_name, None)
    if not isinstance(made, type):
        raise DataError(f"{file} has no class {class_name}, which datasets in course.yml names for {name}")
    if lacking := [member for member in MEMBERS if not hasattr(made, member)]:
        raise DataError(f"{file}: {class_name} lacks {', '.join(lacking)}; derive it from autograder.data.DataSet")
    found: DataSet = made(data / name, root / ".autograder" / "cache")
    return found


def _module_of(file: Path) -> ModuleType:
    """Import a file of a course, once for each of its texts."""
    name = PREFIX + hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise DataError(f"{file}: cannot be imported: {type(error).__name__}: {error}") from error
    return module
