from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from autograder.data.inspection import Fault
from autograder.data.location import GENERATED_MARKER
from tests.data_sets import Counts, PalmFolders, inspect_palm, set_in

TRAINING, VALIDATION = "PALM-Training400", "PALM-Validation400"
COUNTS = Counts(pathologic=4, normal=3, high_myopia=1, validation=6, validation_pathologic=None)


@pytest.fixture
def palm(small_palm: PalmFolders, tmp_path: Path) -> PalmFolders:
    """A copy that a test may damage."""
    return PalmFolders(Path(shutil.copytree(small_palm.root, tmp_path / "palm")))


def only_fault(palm: PalmFolders, counts: Counts | None = None) -> Fault:
    (fault,) = inspect_palm(palm, counts)
    assert fault.text.zh != fault.text.en
    return fault


def test_a_sound_set_has_no_faults(palm: PalmFolders) -> None:
    seen: list[str] = []
    assert inspect_palm(palm, COUNTS, seen.append) == ()
    assert len(seen) == 14


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", None])
def test_an_unreadable_picture_spoils_grading(palm: PalmFolders, content: bytes | None) -> None:
    file = palm.training / "N0002.jpg"
    file.write_bytes(file.read_bytes()[:-500] if content is None else content)
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils, fault.files) == ("unreadable", True, (f"{TRAINING}/N0002.jpg",))
    assert ("ends too early" in fault.text.en) is (content is None)


def test_missing_pictures_spoil_grading_where_the_counts_are_known(palm: PalmFolders) -> None:
    (palm.training / "P0002.jpg").unlink()
    assert inspect_palm(palm) == ()
    fault = only_fault(palm, COUNTS)
    assert (fault.kind, fault.spoils) == ("incomplete", True)
    assert "Missing: P0002." in fault.text.en


def test_a_name_that_no_reader_takes_spoils_grading(palm: PalmFolders) -> None:
    (palm.training / "N0002.jpg").rename(palm.training / "X0002.jpg")
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils, fault.files) == ("name", True, (f"{TRAINING}/X0002.jpg",))


@pytest.mark.parametrize(("size", "told"), [((100, 120), "only 120 x 100"), ((300, 300), "300 x 300 pixels: neither")])
def test_another_size_is_noted(palm: PalmFolders, size: tuple[int, int], told: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (*size, 3), dtype=np.uint8)
    cv2.imwrite(str(palm.training / "N0002.jpg"), pixels)
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils) == ("size", False)
    assert told in fault.text.en


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        (lambda lines: lines[:-1], "conflict", "has no label"),
        (lambda lines: [*lines, "7,V0007.jpg,0,0,0"], "incomplete", "has a label (row 8) and no photograph"),
        (lambda lines: [*lines, lines[1]], "conflict", "stands twice in the labels (row 8)"),
        (lambda lines: [lines[0], "1,V0001.jpg,maybe,0,0", *lines[2:]], "conflict", "row 2 gives the label maybe"),
        (lambda lines: [*lines, "7,P0002.jpg,0,0,0"], "conflict", "the name says 1, row 8 of the labels 0"),
        (lambda lines: ["name,label", *lines[1:]], "unreadable", "gives no labels"),
        (lambda lines: lines[:0], "unreadable", "gives no labels"),
    ],
)
def test_a_bad_label_spoils_grading(palm: PalmFolders, change, kind: str, told: str) -> None:  # type: ignore[no-untyped-def]
    palm.labels.write_text("\n".join(change(palm.labels.read_text().splitlines())))
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils) == (kind, True)
    assert told in fault.text.en


def test_a_training_label_in_the_table_that_agrees_is_fine(palm: PalmFolders) -> None:
    palm.labels.write_text(palm.labels.read_text() + "7,P0002.jpg,1,0,0\n")
    assert inspect_palm(palm) == ()


def first_with_label(palm: PalmFolders, label: int) -> str:
    return next(row.split(",")[1] for row in palm.labels.read_text().splitlines() if row.split(",")[2] == str(label))


def test_a_leaked_file_is_noted_as_left_out(palm: PalmFolders) -> None:
    leaked = first_with_label(palm, 1)
    shutil.copy(palm.training / "P0001.jpg", palm.validation / leaked)
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils) == ("leak", False)
    assert fault.files == (f"{TRAINING}/P0001.jpg", f"{VALIDATION}/{leaked}")


def test_the_same_file_under_two_labels_spoils_grading(palm: PalmFolders) -> None:
    leaked = first_with_label(palm, 0)
    shutil.copy(palm.training / "P0001.jpg", palm.validation / leaked)
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils) == ("conflict", True)


def test_the_same_file_twice_in_a_part_is_noted(palm: PalmFolders) -> None:
    shutil.copy(palm.training / "P0001.jpg", palm.training / "P0003.jpg")
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils) == ("identical", False)


def stored_anew(source: Path, target: Path) -> None:
    image = cv2.imread(str(source))
    assert image is not None
    cv2.imwrite(str(target), image, [cv2.IMWRITE_JPEG_QUALITY, 60])


def test_a_copy_stored_anew_on_the_other_side_spoils_grading(palm: PalmFolders) -> None:
    stored_anew(palm.training / "P0001.jpg", palm.validation / first_with_label(palm, 1))
    fault = only_fault(palm)
    assert (fault.kind, fault.spoils) == ("leak", True)
    assert "move the training one away" in fault.text.en
    assert fault.correlation is not None
    assert fault.correlation > 0.6


def test_the_same_eye_in_one_part_is_noted(palm: PalmFolders) -> None:
    stored_anew(palm.training / "P0001.jpg", palm.training / "P0003.jpg")
    assert (only_fault(palm).kind, only_fault(palm).spoils) == ("same eye", False)


def test_the_same_eye_under_two_labels_is_to_be_looked_at(palm: PalmFolders) -> None:
    stored_anew(palm.training / "P0001.jpg", palm.training / "N0001.jpg")
    assert "under different labels" in only_fault(palm).text.en


def test_what_spoils_grading_comes_first(palm: PalmFolders) -> None:
    shutil.copy(palm.training / "P0001.jpg", palm.training / "P0003.jpg")
    (palm.validation / "V0006.jpg").write_bytes(b"")
    assert [fault.spoils for fault in inspect_palm(palm)] == [True, False]


def test_generated_digits_are_sound(small_mnist: Path) -> None:
    assert set_in("mnist", small_mnist).inspect() == ()


def test_damaged_digits_spoil_grading_and_other_digits_are_noted(small_mnist: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_mnist, tmp_path / "mnist"))
    (folder / GENERATED_MARKER).unlink()
    assert [(fault.kind, fault.spoils) for fault in set_in("mnist", folder).inspect()] == [("digits", False)] * 4
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"half"))
    assert set_in("mnist", folder).inspect()[0].spoils
