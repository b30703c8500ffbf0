from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from autograder.data import DataError
from tests.data_sets import PALM, PalmFolders, cached_images, load_images, training_images


def cache_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_cache_holds_the_decoded_images_and_their_labels(small_palm: PalmFolders, tmp_path: Path) -> None:
    images, labels = cached_images(small_palm, "training", tmp_path)
    listed = training_images(small_palm)
    np.testing.assert_array_equal(images, load_images([image.path for image in listed]))
    assert isinstance(images, np.memmap)
    assert not images.flags.writeable
    assert labels.dtype == np.int64
    assert labels.tolist() == [image.label for image in listed]


def test_leaked_images_are_not_cached(made_palm: PalmFolders, tmp_path: Path) -> None:
    images, labels = cached_images(made_palm, "training", tmp_path / "cache")
    assert images.shape == (3, 224, 224, 3)
    assert labels.tolist() == [0, 0, 1]


def test_a_second_call_maps_the_same_file(
    made_palm: PalmFolders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_images(made_palm, "validation", tmp_path / "cache")
    monkeypatch.setattr(f"{PALM}.decoded.load_images", lambda _: pytest.fail("decoded again"))
    cached_images(made_palm, "validation", tmp_path / "cache")
    assert len(cache_files(tmp_path / "cache")) == 1


def test_a_changed_image_gets_a_new_cache(made_palm: PalmFolders, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before, _ = cached_images(made_palm, "training", cache)
    changed = made_palm.training / "H0001.png"
    changed.write_bytes((made_palm.training / "P0001.png").read_bytes())
    os.utime(changed, ns=(1, 1))
    after, _ = cached_images(made_palm, "training", cache)
    assert not np.array_equal(before[0], after[0])
    assert len(cache_files(cache)) == 2


def test_a_cache_that_was_cut_short_is_written_anew(made_palm: PalmFolders, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    whole = np.array(cached_images(made_palm, "training", cache)[0])
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:5000])
    np.testing.assert_array_equal(cached_images(made_palm, "training", cache)[0], whole)


def test_a_failed_decode_leaves_nothing_behind(made_palm: PalmFolders, tmp_path: Path) -> None:
    (made_palm.training / "N0002.png").write_bytes(b"not an image")
    with pytest.raises(DataError, match=r"N0002\.png"):
        cached_images(made_palm, "training", tmp_path / "cache")
    assert cache_files(tmp_path / "cache") == []


def test_a_cache_folder_that_cannot_be_made_is_an_error(made_palm: PalmFolders, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataError, match="cannot hold the cache"):
        cached_images(made_palm, "training", tmp_path / "file" / "cache")
