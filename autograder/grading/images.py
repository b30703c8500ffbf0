"""Where a chapter's accuracy check takes its samples from: a data set that the course names, or one that the kit can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from autograder.checks.accuracy import Images, ImageSets
from autograder.checks.suite import CheckSuite
from autograder.course import Accuracy, load_course
from autograder.course.loading import COURSE_FILE
from autograder.identity import folder_digest

if TYPE_CHECKING:
    from autograder.data import DataSet, Split


def data_place(root: Path, configured: Path | str | None) -> Path:
    """Return where the data of a course lies, as `data.data_folder` does, without importing what reads pictures."""
    return root / (os.environ.get("AUTOGRADER_DATA") or str(configured or "data"))


def image_sets(root: Path, configured: str | None, suite: CheckSuite) -> ImageSets:
    """Return where a chapter's accuracy check takes its images from."""
    digest = data_digest(root, configured, suite.chapter.data or "palm") if suite.chapter.accuracy else "none"
    if suite.chapter.data in own_sets(root):
        return _own_images(own_set(root, configured, suite.chapter.data), suite.chapter.accuracy, digest)
    if suite.chapter.data == "mnist":
        return ImageSets(lambda: _mnist(root, configured, "test"), lambda: _mnist(root, configured, "training"), digest)
    test_set = suite.chapter.accuracy.test_set if suite.chapter.accuracy else None
    return ImageSets(
        lambda: _palm(root, configured, "validation", test_set),
        lambda: _palm(root, configured, "training", None),
        digest,
    )


@cache
def own_sets(root: Path) -> Mapping[str, str]:
    """Return the data sets that course.yml names, none where there is no course.yml."""
    return load_course(root).sets if (root / COURSE_FILE).is_file() else {}


@cache
def own_set(root: Path, configured: str | None, name: str) -> DataSet:
    """Return one of them; raises `DataError`."""
    from autograder.data.dataset import open_set

    return open_set(root, own_sets(root), name, data_place(root, configured))


def _own_images(found: DataSet, gate: Accuracy | None, digest: str) -> ImageSets:
    def part(split: str) -> Images:
        samples, labels = found.load(split)
        return Images(samples, np.asarray(labels), found.prepare)

    graded = (gate.test_set if gate else None) or found.splits[-1]
    return ImageSets(lambda: part(graded), lambda: part(found.splits[0]), digest)


@cache
def data_digest(root: Path, configured: str | None, name: str) -> str:
    """Return the digest of a data set; where it is missing, images are generated, always the same ones."""
    if name in own_sets(root):
        return str(own_set(root, configured, name).digest())
    return folder_digest(data_place(root, configured) / name)


# The data, and OpenCV with it, are imported when they are needed: a class without weights does without.
@cache
def _mnist(root: Path, configured: str | None, split: Literal["training", "test"]) -> Images:
    from autograder.data import ensure_data, load_mnist

    return Images(*load_mnist(ensure_data(root, configured).mnist_folder, split))


@cache
def _palm(root: Path, configured: str | None, split: Split, test_set: str | None) -> Images:
    from autograder.data import cached_images, ensure_data, prepare_image

    folders = ensure_data(root, configured).palm_folders
    if test_set:
        folders = folders.with_test_set(test_set)
    images, labels = cached_images(folders, split, root / ".autograder" / "cache")
    given = labels.astype(np.float32) if split == "training" else labels
    return Images(images, given, lambda chosen: np.stack([prepare_image(image) for image in chosen]))
