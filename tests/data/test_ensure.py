from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from autograder.data import DataError, PalmFolders, ensure_data, find_mnist, find_palm, generate_mnist, generate_palm
from autograder.data.location import DATA_VARIABLE


@pytest.fixture(autouse=True)
def small_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    monkeypatch.setattr("autograder.data.ensure.generate_palm", partial(generate_palm, training=3, validation=3))
    monkeypatch.setattr("autograder.data.ensure.generate_mnist", partial(generate_mnist, train=10, test=10))


def test_without_data_both_sets_are_generated(tmp_path: Path) -> None:
    source = ensure_data(tmp_path)
    spare = tmp_path / ".autograder" / "data"
    assert (source.folder, source.palm, source.mnist) == (spare, "generated", "generated")
    assert find_palm(spare) == source.palm_folders
    assert find_mnist(spare) == source.mnist_folder
    assert ensure_data(tmp_path) == source


def test_real_photographs_are_used_and_only_the_digits_generated(made_palm: PalmFolders, tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    source = ensure_data(course, configured="..")
    assert (source.palm, source.mnist) == ("real", "generated")
    assert source.folder.resolve() == tmp_path
    assert source.palm_folders.root.resolve() == made_palm.root
    assert source.mnist_folder == course / ".autograder" / "data" / "mnist"
    assert not (course / ".autograder" / "data" / "palm").exists()


def test_generated_images_in_the_data_folder_are_called_generated(small_palm: PalmFolders, tmp_path: Path) -> None:
    shutil.copytree(small_palm.root, tmp_path / "data" / "palm")
    source = ensure_data(tmp_path)
    assert source.palm == "generated"
    assert source.palm_folders.root == tmp_path / "data" / "palm"


def test_an_incomplete_set_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "data" / "palm").mkdir(parents=True)
    with pytest.raises(DataError, match="incomplete"):
        ensure_data(tmp_path)


def test_a_wrong_variable_is_not_replaced_in_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(DataError, match="AUTOGRADER_DATA"):
        ensure_data(tmp_path)


def test_a_notebook_says_loudly_that_its_data_are_generated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ensure_data(tmp_path)
    source.warn("mnist")
    assert capsys.readouterr().out.startswith("!!! mnist: 这是程序画出来的假数据")
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    source.warn("palm", "mnist")
    assert [line[:9] for line in capsys.readouterr().out.splitlines()] == ["!!! palm:", "!!! mnist"]
    replace(source, palm="real").warn("palm")
    assert capsys.readouterr().out == ""
