"""A data set of a course is used where its data lies, generated where there is none, and never replaced in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import CourseError
from autograder.course.sets import data_set, found_set, open_data
from autograder.data import DataError
from autograder.data.location import DATA_VARIABLE

COURSE = """\
id: sets-2026
languages: [en]
title: Sets
timezone: Europe/Paris
datasets: {letters: letters:Letters, paper: letters:Paper}
chapters: []
"""
CLASSES = {
    "__init__.py": '''
import numpy as np
from autograder.data import DataSet
from autograder.data.generated import written_once
from autograder.data.location import refuse_missing
from .alphabet import ALPHABET

class Letters(DataSet):
    """Each letter of a file is a sample, its place in the alphabet the label."""

    def load(self, split):
        letters = np.array([*(self.folder / f"{split}.txt").read_text().strip()])
        return letters, np.array([ALPHABET.index(letter) for letter in letters])

    def require(self):
        refuse_missing(self.folder, tuple((file, file.is_file()) for file in (self.folder / f"{s}.txt" for s in self.splits)))

    def generate(self):
        def write(target):
            for split in self.splits:
                (target / f"{split}.txt").write_text("abc")
        written_once(self.folder, {"version": 1}, write)

class Paper(Letters):
    generate = DataSet.generate
''',
    "alphabet.py": 'ALPHABET = "abcdefghijklmnopqrstuvwxyz"\n',
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    monkeypatch.delenv("AUTOGRADER_LANG", raising=False)
    (tmp_path / "source" / "datasets" / "letters").mkdir(parents=True)
    (tmp_path / "course.yml").write_text(COURSE)
    for name, text in CLASSES.items():
        (tmp_path / "source" / "datasets" / "letters" / name).write_text(text)
    return tmp_path


def put(root: Path, training: str, validation: str | None) -> Path:
    folder = root / "data" / "letters"
    folder.mkdir(parents=True)
    (folder / "training.txt").write_text(training)
    if validation is not None:
        (folder / "validation.txt").write_text(validation)
    return folder


def test_where_there_is_no_data_it_is_generated_once(root: Path) -> None:
    absent = found_set(root, "letters")
    assert not absent.folder.exists()
    made = data_set(root, "letters")
    assert made.folder == absent.folder == root / ".autograder" / "data" / "letters"
    assert (made.origin, made.load("training")[1].tolist()) == ("generated", [0, 1, 2])
    (made.folder / "training.txt").write_text("z")
    assert data_set(root, "letters").load("training")[1].tolist() == [25]


def test_the_data_that_is_there_is_used_and_nothing_generated(root: Path) -> None:
    folder = put(root, "de", "f")
    found = data_set(root, "letters")
    assert (found.folder, found.origin, found.load("validation")[1].tolist()) == (folder, "real", [5])
    assert not (root / ".autograder").exists()


def test_half_a_set_is_not_replaced_in_silence(root: Path) -> None:
    put(root, "de", None)
    with pytest.raises(DataError, match=r"incomplete: validation\.txt missing"):
        data_set(root, "letters")


def test_a_variable_that_names_no_folder_is_not_passed_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(root / "gone"))
    with pytest.raises(DataError, match="AUTOGRADER_DATA"):
        data_set(root, "letters")


def test_a_class_that_generates_nothing_says_where_the_data_belongs(root: Path) -> None:
    with pytest.raises(DataError, match="data of paper is not there, and its class generates none"):
        data_set(root, "paper")


def test_a_folder_that_was_named_must_hold_the_set(root: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no folder letters/"):
        data_set(root, "letters", place=tmp_path / "elsewhere")


def test_a_changed_module_of_the_package_is_read_anew(root: Path) -> None:
    put(root, "de", "f")
    file = root / "source" / "datasets" / "letters" / "alphabet.py"
    file.write_text('ALPHABET = "zyxwvutsrqponmlkjihgfedcba"\n')
    assert data_set(root, "letters").load("validation")[1].tolist() == [20]


def test_a_notebook_is_told_loudly_that_its_data_are_generated(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "assignments" / "first").mkdir(parents=True)
    monkeypatch.chdir(root / "assignments" / "first")
    open_data("letters")
    assert capsys.readouterr().out.startswith("!!! letters: 这是程序生成的假数据")
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    open_data("letters")
    assert capsys.readouterr().out.startswith("!!! letters: this data is generated, it is not the real data.")
    put(root, "de", "f")
    open_data("letters")
    assert capsys.readouterr().out == ""


def test_outside_a_course_a_notebook_is_told_where_to_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match=r"course\.yml: not found"):
        open_data("letters")
