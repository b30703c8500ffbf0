from __future__ import annotations

from pathlib import Path

import pytest

from autograder.data import DataError, data_folder
from autograder.data.location import DATA_VARIABLE, is_generated
from tests.data_sets import PalmFolders, find_mnist, find_palm


def test_the_variable_wins_over_the_course_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert data_folder(tmp_path / "course", "photographs") == tmp_path


@pytest.mark.usefixtures("unset_data_variable")
def test_the_configured_folder_is_relative_to_the_course(tmp_path: Path) -> None:
    assert data_folder(tmp_path, "../photographs") == tmp_path / "../photographs"
    assert data_folder(tmp_path, "/srv/photographs") == Path("/srv/photographs")


@pytest.mark.usefixtures("unset_data_variable")
def test_without_either_it_is_data_beside_the_course_file(tmp_path: Path) -> None:
    assert data_folder(tmp_path) == tmp_path / "data"


def test_an_empty_variable_counts_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, "")
    assert data_folder(tmp_path) == tmp_path / "data"


def test_a_variable_that_names_no_folder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(DataError, match=r"AUTOGRADER_DATA names .*gone.*unset it"):
        data_folder(tmp_path)


def test_an_absent_set_is_none(tmp_path: Path) -> None:
    assert find_palm(tmp_path) is None
    assert find_mnist(tmp_path) is None


def test_whole_sets_are_found(small_palm: PalmFolders, small_mnist: Path) -> None:
    assert find_palm(small_palm.root.parent) == small_palm
    assert find_mnist(small_mnist.parent) == small_mnist


def test_an_incomplete_set_is_an_error_that_names_the_missing_part(made_palm: PalmFolders, tmp_path: Path) -> None:
    made_palm.labels.unlink()
    with pytest.raises(DataError, match=r"incomplete: labels\.csv missing"):
        find_palm(tmp_path)
    (tmp_path / "mnist").mkdir()
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz, .* missing"):
        find_mnist(tmp_path)


def test_the_marker_tells_generated_from_real(small_palm: PalmFolders, made_palm: PalmFolders) -> None:
    assert is_generated(small_palm.root)
    assert not is_generated(made_palm.root)


def test_what_is_wrong_with_the_folder_is_told_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "gone"))
    with pytest.raises(DataError) as caught:
        data_folder(tmp_path)
    assert "不是文件夹；请改正这个变量" in caught.value.said.zh
    assert "which is not a folder; correct the variable" in caught.value.said.en
