from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.data import DataError
from tests.data_sets import PalmFolders, load_images, prepare_image, read_image, training_images, validation_images

HEADER = "ID,imgName,Label,Fovea_X,Fovea_Y"


def test_labels_come_from_the_first_letter_in_order_of_name(made_palm: PalmFolders) -> None:
    images = training_images(made_palm, leave_out_leaks=False)
    assert [(image.path.stem, image.label) for image in images] == [
        ("H0001", 0),
        ("N0001", 0),
        ("P0001", 1),
        ("P0002", 1),
    ]


def test_a_training_image_that_is_also_a_validation_image_is_left_out(made_palm: PalmFolders) -> None:
    assert [image.path.stem for image in training_images(made_palm)] == ["H0001", "N0001", "P0001"]


def test_equal_size_alone_is_no_leak(made_palm: PalmFolders) -> None:
    leaked = made_palm.validation / "V0001.png"
    other = bytearray(leaked.read_bytes())
    other[-1] ^= 1
    leaked.write_bytes(other)
    assert len(training_images(made_palm)) == 4


def test_hidden_files_and_other_kinds_are_passed_over(made_palm: PalmFolders) -> None:
    (made_palm.training / "._P0003.png").write_bytes(b"")
    (made_palm.training / "Thumbs.db").write_bytes(b"")
    assert len(training_images(made_palm)) == 3


def test_another_first_letter_is_an_error_that_names_the_file(made_palm: PalmFolders) -> None:
    (made_palm.training / "V0009.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"V0009\.png.*H, N or P"):
        training_images(made_palm)


def test_an_empty_or_missing_folder_is_an_error(tmp_path: Path) -> None:
    folders = PalmFolders(tmp_path)
    with pytest.raises(DataError, match="cannot be listed"):
        training_images(folders)
    folders.training.mkdir()
    with pytest.raises(DataError, match="has no images"):
        training_images(folders)


def test_validation_images_keep_the_order_of_the_csv(made_palm: PalmFolders) -> None:
    assert [(image.path.stem, image.label) for image in validation_images(made_palm)] == [("V0002", 0), ("V0001", 1)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n,,,,"])
def test_line_endings_mark_and_blank_last_line_do_not_matter(
    made_palm: PalmFolders, newline: str, mark: bytes, end: str
) -> None:
    lines = f'{HEADER}\n1,"V0001.png",1,"0,5",0\n2,V0002.png,0,3,4{end}'
    made_palm.labels.write_bytes(mark + lines.replace("\n", newline).encode())
    assert [image.label for image in validation_images(made_palm)] == [1, 0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"line 1: no column imgName and Label.*found nothing"),
        ("ID,name,Label\n1,V0001.png,1\n", r"no column imgName.*found ID,name,Label"),
        (f"{HEADER}\n", "has no rows"),
        (f"{HEADER}\n1,V0001.png,2,0,0\n", r"line 2: the label of V0001\.png is '2', expected 0 or 1"),
        (f"{HEADER}\n1,V0001.png\n", r"line 2: the label of V0001\.png is ''"),
        (f"{HEADER}\n1,V0001.png,1,0,0\n2,V0009.png,1,0,0\n", r"line 3: .*V0009\.png does not exist"),
        (f"{HEADER}\n1,V0001.png,1,0,0\n2,V0001.png,1,0,0\n", r"line 3: V0001\.png stands there twice"),
        (f"{HEADER}\n1,../PALM-Training400/P0001.png,1,0,0\n", "not the name of an image"),
        (f"{HEADER}\n1,,1,0,0\n", "line 2: '' is not the name of an image"),
    ],
)
def test_a_bad_csv_is_an_error_with_its_line(made_palm: PalmFolders, text: str, message: str) -> None:
    made_palm.labels.write_text(text)
    with pytest.raises(DataError, match=message):
        validation_images(made_palm)


def test_a_csv_in_another_encoding_is_an_error(made_palm: PalmFolders) -> None:
    made_palm.labels.write_bytes(HEADER.encode("utf-16"))
    with pytest.raises(DataError, match="cannot be read as UTF-8 csv"):
        validation_images(made_palm)


def test_images_are_read_in_bgr_and_resized(tmp_path: Path) -> None:
    file = tmp_path / "眼底.png"
    encoded = cv2.imencode(".png", np.full((30, 20, 3), (10, 20, 30), dtype=np.uint8))[1]
    file.write_bytes(encoded.tobytes())
    images = load_images([file, file])
    assert images.shape == (2, 224, 224, 3)
    assert images.dtype == np.uint8
    assert (images == (10, 20, 30)).all()


@pytest.mark.parametrize("content", [b"", b"not an image"])
def test_an_image_that_cannot_be_decoded_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "P0001.jpg"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"P0001\.jpg is not an image"):
        read_image(file)


def test_a_missing_image_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_image(tmp_path / "P0001.jpg")


@given(height=st.integers(1, 300), width=st.integers(1, 300), level=st.integers(0, 255))
def test_prepared_images_are_scaled_to_minus_one_to_one(height: int, width: int, level: int) -> None:
    prepared = prepare_image(np.full((height, width, 3), (0, level, 255), dtype=np.uint8))
    assert prepared.shape == (3, 224, 224)
    assert prepared.dtype == np.float32
    assert prepared.flags.c_contiguous
    expected = np.array([-1.0, level / 127.5 - 1.0, 1.0])[:, np.newaxis, np.newaxis]
    np.testing.assert_allclose(prepared, np.broadcast_to(expected, prepared.shape), atol=1e-6)
