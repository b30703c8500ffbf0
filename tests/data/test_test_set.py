"""A hidden test set takes the place of the validation photographs."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from autograder.data import DataError
from tests.data_sets import PalmFolders, cached_images, validation_images


def test_a_test_set_has_its_own_photographs_and_labels(tmp_path: Path) -> None:
    folder = tmp_path / "palm" / "test-2026"
    folder.mkdir(parents=True)
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(folder / name), np.zeros((224, 224, 3), np.uint8))
    (folder / "labels.csv").write_text("imgName,Label\nb.png,1\na.png,0\n", "utf-8")
    folders = PalmFolders(tmp_path / "palm").with_test_set("test-2026")
    assert [(image.path.name, image.label) for image in validation_images(folders)] == [("b.png", 1), ("a.png", 0)]
    images, labels = cached_images(folders, "validation", tmp_path / "cache")
    assert (images.shape, labels.tolist()) == ((2, 224, 224, 3), [1, 0])


def test_a_test_set_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"labels\.csv does not exist"):
        PalmFolders(tmp_path).with_test_set("nothing")
