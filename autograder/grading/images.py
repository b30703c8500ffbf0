"""Where a chapter's accuracy check takes its samples from: a data set that the course names."""

from __future__ import annotations

import os
from functools import cache, partial
from pathlib import Path

import numpy as np

from autograder.checks.accuracy import Images, ImageSets
from autograder.checks.suite import CheckSuite
from autograder.course.sets import GENERATED_FOLDER
from autograder.data import data_folder, open_set
from autograder.data.dataset import digest_of, files_of, prepared_of, samples_of
from autograder.identity import folder_digest

NO_DATA = "none"
Sets = tuple[tuple[str, str], ...]
"""The data sets of a course, each with the file and the class that reads it: `Course.datasets`."""


def data_place(root: Path, configured: Path | str | None) -> Path:
    """Return where the data of a course lies, as `data.data_folder` does, without importing what reads pictures."""
    return root / (os.environ.get("AUTOGRADER_DATA") or str(configured or "data"))


def image_sets(root: Path, configured: str | None, suite: CheckSuite, sets: Sets) -> ImageSets:
    """Return where a chapter's accuracy check takes its samples from; a chapter without one needs no data.

    Args:
        sets: Those of the course, `datasets` of course.yml.
    """
    gate, name = suite.chapter.accuracy, suite.chapter.data
    if gate is None or name is None:
        return ImageSets(_nothing, _nothing, NO_DATA)
    return ImageSets(
        lambda: _part(root, configured, name, gate.test_set or -1, sets),
        lambda: _part(root, configured, name, 0, sets),
        data_digest(root, configured, name, sets),
    )


@cache
def data_digest(root: Path, configured: str | None, name: str, sets: Sets) -> str:
    """Return the digest of a data set; where it is missing, samples are generated, always the same ones.

    Where the course has no class for it, the digest is that of its folder: answers without weights are graded all the same, and
    whoever needs samples is told what is missing.
    """
    place = data_place(root, configured)
    stem = dict(sets).get(name, "").partition(":")[0]
    return digest_of(open_set(root, dict(sets), name, place)) if files_of(root, stem) else folder_digest(place / name)


# The data, and OpenCV with it, are read when they are needed: a class without weights does without.
@cache
def _part(root: Path, configured: str | None, name: str, split: str | int, sets: Sets) -> Images:
    """Return a split, by its name or its place in `splits`; only the first one, which is trained on, has labels as a loop gets them."""
    found = open_set(root, dict(sets), name, data_folder(root, configured))
    if found.folder.is_dir():
        found.require()
    else:
        found = open_set(root, dict(sets), name, root / GENERATED_FOLDER)
        found.generate()
    samples, labels = samples_of(found, split if isinstance(split, str) else found.splits[split])
    return Images(samples, found.targets(labels) if split == 0 else np.asarray(labels), partial(prepared_of, found))


def _nothing() -> Images:
    raise AssertionError("a chapter without an accuracy is not measured")
