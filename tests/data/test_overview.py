from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from autograder.data import DataError, PalmFolders
from autograder.data.overview import mnist_overview, palm_overview

pytestmark = pytest.mark.usefixtures("unset_data_variable")


def test_without_data_the_place_of_the_generated_ones_is_told(tmp_path: Path) -> None:
    palm = palm_overview(tmp_path)
    assert (palm.state, palm.folder, palm.counts) == ("absent", tmp_path / ".autograder" / "data" / "palm", {})
    assert mnist_overview(tmp_path).state == "absent"
    assert list(tmp_path.iterdir()) == []


def test_real_photographs_are_counted(made_palm: PalmFolders, tmp_path: Path) -> None:
    palm = palm_overview(tmp_path / "course", str(tmp_path))
    assert (palm.state, palm.folder) == ("real", made_palm.root)
    assert palm.counts == {
        "training": 4,
        "training P": 2,
        "training N": 1,
        "training H": 1,
        "left out": 1,
        "validation": 2,
        "validation 1": 1,
        "validation 0": 1,
    }


def test_generated_sets_are_found_where_they_are_made(
    small_palm: PalmFolders, small_mnist: Path, tmp_path: Path
) -> None:
    spare = tmp_path / ".autograder" / "data"
    shutil.copytree(small_palm.root, spare / "palm")
    shutil.copytree(small_mnist, spare / "mnist")
    assert (palm_overview(tmp_path).state, palm_overview(tmp_path).counts["training"]) == ("generated", 8)
    assert (mnist_overview(tmp_path).state, mnist_overview(tmp_path).counts) == (
        "generated",
        {"training": 40, "test": 20},
    )


def test_a_damaged_archive_is_an_error(small_mnist: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_mnist, tmp_path / "data" / "mnist"))
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"\0"))
    with pytest.raises(DataError, match="cut short"):
        mnist_overview(tmp_path)
