from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from autograder.data.errors import PreparationError
from tests.data_sets import MNIST, MNIST_FILES, differing_files, find_mnist, generate_mnist, load_mnist, prepare_mnist

IMAGES = "train-images-idx3-ubyte.gz"


@pytest.fixture(autouse=True)
def small_original(small_mnist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small generated set be the original."""
    packed = {name: (small_mnist / name).read_bytes() for name in MNIST_FILES}
    raw = {name: gzip.decompress(content) for name, content in packed.items()}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in packed.items()}
    raw_sums = {name: hashlib.sha256(content).hexdigest() for name, content in raw.items()}
    for module in ("idx", "preparing"):
        monkeypatch.setattr(f"{MNIST}.{module}.RAW_SHA256", raw_sums)
        monkeypatch.setattr(f"{MNIST}.{module}.RAW_BYTES", {name: len(content) for name, content in raw.items()})
    monkeypatch.setattr(f"{MNIST}.idx.SHA256", sums)


@pytest.fixture
def downloads(small_mnist: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name in MNIST_FILES:
        (folder / name).write_bytes((small_mnist / name).read_bytes())
    return folder


def test_packed_files_are_copied_byte_for_byte(downloads: Path, small_mnist: Path, tmp_path: Path) -> None:
    folder, before = prepare_mnist(downloads, tmp_path / "data")
    assert not before
    assert find_mnist(tmp_path / "data") == folder
    for name in MNIST_FILES:
        assert (folder / name).read_bytes() == (small_mnist / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["mnist"]


@pytest.mark.parametrize("form", ["{}", "raw/{}", "MNIST.{}"])
def test_unpacked_files_in_folders_are_as_good(downloads: Path, tmp_path: Path, form: str) -> None:
    for name in MNIST_FILES:
        packed = downloads / name
        unpacked = downloads / form.format(name.removesuffix(".gz").replace("-idx", ".idx"))
        if form.startswith("MNIST"):
            unpacked = downloads / "MNIST" / "raw" / name.removesuffix(".gz")
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        unpacked.write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    folder, _ = prepare_mnist(downloads, tmp_path / "data")
    assert differing_files(folder) == ()
    assert load_mnist(folder, "training")[0].shape == (40, 1, 28, 28)


def test_an_archive_packed_anew_is_the_original(downloads: Path, tmp_path: Path) -> None:
    content = gzip.decompress((downloads / IMAGES).read_bytes())
    (downloads / IMAGES).write_bytes(gzip.compress(content, compresslevel=1, mtime=5))
    folder, _ = prepare_mnist(downloads, tmp_path / "data")
    assert differing_files(folder) == ()


def test_a_second_run_does_nothing(downloads: Path, tmp_path: Path) -> None:
    prepare_mnist(downloads, tmp_path / "data")
    assert prepare_mnist(tmp_path / "gone", tmp_path / "data")[1]


def test_generated_digits_make_way(downloads: Path, tmp_path: Path) -> None:
    generate_mnist(tmp_path / "data", seed=3, train=10, test=10)
    folder, _ = prepare_mnist(downloads, tmp_path / "data")
    assert differing_files(folder) == ()


def test_other_files_in_the_place_are_left_alone(downloads: Path, tmp_path: Path) -> None:
    target = tmp_path / "data" / "mnist"
    target.mkdir(parents=True)
    (target / IMAGES).write_bytes(b"somebody's own")
    with pytest.raises(PreparationError, match="Move it away"):
        prepare_mnist(downloads, tmp_path / "data")
    assert (target / IMAGES).read_bytes() == b"somebody's own"


def test_missing_files_are_named(downloads: Path, tmp_path: Path) -> None:
    (downloads / IMAGES).unlink()
    with pytest.raises(PreparationError, match=rf"lacks {IMAGES}; put the four idx files"):
        prepare_mnist(downloads, tmp_path / "data")


@pytest.mark.parametrize("kept", [0, 100, -9])
def test_a_file_that_is_cut_short_is_named(downloads: Path, tmp_path: Path, kept: int) -> None:
    file = downloads / IMAGES
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(PreparationError, match=rf"{IMAGES} (is cut short|differs from the original)"):
        prepare_mnist(downloads, tmp_path / "data")
    assert not (tmp_path / "data" / "mnist").exists()


def test_other_digits_are_refused(downloads: Path, tmp_path: Path) -> None:
    (downloads / IMAGES).write_bytes(gzip.compress(bytes(40 * 784 + 16)))
    with pytest.raises(PreparationError, match=r"differs from the original MNIST \(31376 bytes unpacked, 31376"):
        prepare_mnist(downloads, tmp_path / "data")


def test_a_file_that_never_ends_is_read_no_further_than_needed(downloads: Path, tmp_path: Path) -> None:
    (downloads / IMAGES).write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(PreparationError, match=r"> 31376 bytes"):
        prepare_mnist(downloads, tmp_path / "data")


def test_a_source_that_is_no_folder_is_refused(downloads: Path, tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="is not a folder"):
        prepare_mnist(downloads / IMAGES, tmp_path / "data")
