"""What must hold of the real sets; runs where AUTOGRADER_DATA names a folder that has them."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from autograder.course.sets import data_set
from autograder.data.location import DATA_VARIABLE
from tests.data_sets import (
    OFFICIAL,
    ROOT,
    cached_images,
    differing_files,
    find_mnist,
    find_palm,
    inspect_palm,
    load_mnist,
    prepare_image,
    training_images,
    validation_images,
    with_sets,
)

pytestmark = pytest.mark.skipif(not os.environ.get(DATA_VARIABLE), reason=f"{DATA_VARIABLE} is not set")


@pytest.fixture
def folder() -> Path:
    return Path(os.environ[DATA_VARIABLE])


def test_palm_has_the_published_counts(folder: Path) -> None:
    folders = find_palm(folder)
    assert folders is not None
    training, validation = training_images(folders, leave_out_leaks=False), validation_images(folders)
    letters = [image.path.name[0] for image in training]
    assert {letter: letters.count(letter) for letter in "PNH"} == {"P": 213, "N": 161, "H": 26}
    assert (sum(image.label for image in training), len(training)) == (213, 400)
    assert (sum(image.label for image in validation), len(validation)) == (211, 400)
    assert [image.path.stem for image in validation] == [f"V{number:04d}" for number in range(1, 401)]


def test_exactly_the_two_leaked_photographs_are_left_out(folder: Path) -> None:
    folders = find_palm(folder)
    assert folders is not None
    every = {image.path.name for image in training_images(folders, leave_out_leaks=False)}
    kept = {image.path.name for image in training_images(folders)}
    assert every - kept == {"P0056.jpg", "P0057.jpg"}


def test_thumbnails_of_the_cached_photographs_carry_the_label(folder: Path, tmp_path: Path) -> None:
    folders = find_palm(folder)
    assert folders is not None

    def thumbnails(images: np.ndarray) -> np.ndarray:
        prepared = np.stack([prepare_image(np.asarray(image)) for image in images])
        small = prepared.reshape(len(images), 3, 32, 7, 32, 7).mean(axis=(3, 5)).reshape(len(images), -1)
        return np.hstack([small, np.ones((len(images), 1))])

    images, labels = cached_images(folders, "training", tmp_path)
    assert images.shape == (398, 224, 224, 3)
    features = thumbnails(images)
    kernel = features @ features.T + 100.0 * np.eye(len(features))
    weights = features.T @ np.linalg.solve(kernel, 2.0 * labels - 1.0)
    unseen, truth = cached_images(folders, "validation", tmp_path)
    assert float(np.mean((thumbnails(unseen) @ weights > 0) == truth)) > 0.9


def test_mnist_is_the_original(folder: Path) -> None:
    found = find_mnist(folder)
    assert found is not None
    assert differing_files(found) == ()
    images, labels = load_mnist(found, "test")
    assert images.shape == (10000, 1, 28, 28)
    assert np.bincount(labels[:, 0]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert load_mnist(found, "training")[0].shape == (60000, 1, 28, 28)


def test_real_data_is_found_and_nothing_generated(tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text((ROOT / "course.yml").read_text("utf-8"), "utf-8")
    with_sets(tmp_path)
    assert [data_set(tmp_path, name).origin for name in ("palm", "mnist")] == ["real", "real"]
    assert not (tmp_path / ".autograder").exists()


@pytest.mark.long
@pytest.mark.slow
def test_the_known_duplicates_are_found_and_nothing_spoils_grading(folder: Path) -> None:
    folders = find_palm(folder)
    assert folders is not None
    faults = inspect_palm(folders, OFFICIAL)
    assert not [fault for fault in faults if fault.spoils]
    leaks = {fault.files for fault in faults if fault.kind == "leak"}
    assert leaks == {
        ("PALM-Training400/P0056.jpg", "PALM-Validation400/V0163.jpg"),
        ("PALM-Training400/P0057.jpg", "PALM-Validation400/V0252.jpg"),
    }
    found = {frozenset(fault.files) for fault in faults if fault.kind in ("leak", "identical", "same eye")}
    with (folders.root / "duplicates.csv").open(newline="") as file:
        known = {frozenset((row["a"], row["b"])) for row in csv.DictReader(file)}
    assert known <= found
    assert len(found) < 60  # all photographs look alike, and few show the same eye
