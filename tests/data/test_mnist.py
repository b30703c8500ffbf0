from __future__ import annotations

import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.data import DataError
from tests.data_sets import IMAGES_MAGIC, LABELS_MAGIC, SHA256, differing_files, load_mnist, read_idx

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


@pytest.fixture
def own_mnist(small_mnist: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(small_mnist, tmp_path / "mnist"))


def write_labels(file: Path, labels: bytes, count: int | None = None, magic: int = LABELS_MAGIC) -> None:
    announced = len(labels) if count is None else count
    file.write_bytes(gzip.compress(struct.pack(">2I", magic, announced) + labels))


def test_digits_are_scaled_to_zero_to_one_and_labels_are_a_column(small_mnist: Path) -> None:
    images, labels = load_mnist(small_mnist, "training")
    assert images.shape == (40, 1, 28, 28)
    assert images.dtype == np.float32
    assert (images.min(), images.max()) == (0.0, 1.0)
    assert labels.shape == (40, 1)
    assert labels.dtype == np.int64
    assert load_mnist(small_mnist, "test")[0].shape == (20, 1, 28, 28)


@given(content=st.binary(max_size=200))
def test_what_an_idx_file_holds_is_read_back(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "labels.gz"
    write_labels(file, content)
    assert read_idx(file, LABELS_MAGIC).tobytes() == content


@pytest.mark.parametrize("kept", [0, 5, 20, 200, -1])
def test_an_archive_cut_anywhere_is_an_error(own_mnist: Path, kept: int) -> None:
    file = own_mnist / IMAGES
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(DataError, match=IMAGES):
        load_mnist(own_mnist, "training")


def test_a_damaged_archive_is_an_error(own_mnist: Path) -> None:
    file = own_mnist / IMAGES
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(DataError, match="copy it again"):
        load_mnist(own_mnist, "training")


def test_an_archive_that_is_not_gzip_is_an_error(own_mnist: Path) -> None:
    (own_mnist / IMAGES).write_bytes(b"<html>404</html>")
    with pytest.raises(DataError, match="not a gzip archive"):
        load_mnist(own_mnist, "training")


@pytest.mark.parametrize("count", [39, 41])
def test_fewer_or_more_bytes_than_announced_are_an_error(own_mnist: Path, count: int) -> None:
    write_labels(own_mnist / LABELS, bytes(40), count)
    with pytest.raises(DataError, match=f"announces {count} = {count} bytes and holds 40"):
        load_mnist(own_mnist, "training")


def test_a_file_that_ends_in_its_header_is_an_error(own_mnist: Path) -> None:
    (own_mnist / LABELS).write_bytes(gzip.compress(b"\0\0\x08"))
    with pytest.raises(DataError, match="ends inside its header"):
        load_mnist(own_mnist, "training")


def test_another_magic_number_is_an_error(own_mnist: Path) -> None:
    write_labels(own_mnist / LABELS, bytes(40), magic=IMAGES_MAGIC)
    with pytest.raises(DataError, match="magic number 0x00000803, expected 0x00000801"):
        load_mnist(own_mnist, "training")


def test_unequal_counts_are_an_error(own_mnist: Path) -> None:
    write_labels(own_mnist / LABELS, bytes(39))
    with pytest.raises(DataError, match=r"40 images, .* 39 labels"):
        load_mnist(own_mnist, "training")


def test_a_label_above_nine_is_an_error(own_mnist: Path) -> None:
    write_labels(own_mnist / LABELS, bytes(39) + b"\x0a")
    with pytest.raises(DataError, match="the label 10"):
        load_mnist(own_mnist, "training")


def test_images_of_another_size_are_an_error(own_mnist: Path) -> None:
    content = struct.pack(">4I", IMAGES_MAGIC, 40, 2, 3) + bytes(240)
    (own_mnist / IMAGES).write_bytes(gzip.compress(content))
    with pytest.raises(DataError, match="2 x 3, expected 28 x 28"):
        load_mnist(own_mnist, "training")


def test_a_missing_archive_is_an_error(own_mnist: Path) -> None:
    (own_mnist / LABELS).unlink()
    with pytest.raises(DataError, match="does not exist"):
        load_mnist(own_mnist, "training")


def test_generated_and_missing_archives_differ_from_the_original(own_mnist: Path) -> None:
    (own_mnist / LABELS).unlink()
    assert differing_files(own_mnist) == tuple(sorted(SHA256))
