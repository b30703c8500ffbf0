from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from autograder.data import DataError
from autograder.data.sheet import THUMBNAIL, contact_sheet, write_sheet
from tests.data_sets import PalmFolders, classes_of


def test_the_training_set_has_three_classes(small_palm: PalmFolders) -> None:
    classes = classes_of(small_palm, "training", each=2)
    assert [(one.name, len(one.shown), one.total) for one in classes] == [
        ("pathologic myopia", 2, 4),
        ("normal", 2, 3),
        ("high myopia", 1, 1),
    ]
    assert [picture.caption for picture in classes[0].shown] == ["P0001", "P0003"]


def test_the_validation_set_has_two_classes(small_palm: PalmFolders) -> None:
    classes = classes_of(small_palm, "validation", each=0)
    assert [(one.name, one.total) for one in classes] == [("pathologic myopia", 3), ("not pathologic", 3)]
    assert [{image.label for image in one.shown} for one in classes] == [{1}, {0}]


def test_a_sheet_shows_the_photographs_in_colour(small_palm: PalmFolders, tmp_path: Path) -> None:
    classes = classes_of(small_palm, "training", each=2)
    sheet = contact_sheet(classes, columns=2)
    assert sheet.dtype == np.uint8
    assert sheet.shape[1] >= 2 * THUMBNAIL
    write_sheet(sheet, tmp_path / "sheets" / "palm.png")
    read = cv2.imread(str(tmp_path / "sheets" / "palm.png"))
    assert read is not None
    np.testing.assert_array_equal(read, sheet)
    centre = sheet[34 + THUMBNAIL // 2, 4 + THUMBNAIL // 2]
    assert centre[2] > centre[0]  # red leads


def test_a_place_that_cannot_be_written_is_an_error(small_palm: PalmFolders, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="--out"):
        write_sheet(contact_sheet(classes_of(small_palm, "validation", 1)), tmp_path / "file" / "palm.png")
