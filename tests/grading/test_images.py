"""A data set of the course's own is found by its name, trained and graded on, and changes the key of results when it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.bundle import bundle
from autograder.checks.accuracy import ImageSets
from autograder.checks.suite import CheckSuite
from autograder.course import Chapter, CourseError, load_chapter, load_course
from autograder.data import DataError, open_set
from autograder.data.location import DATA_VARIABLE
from autograder.grading import images
from autograder.training.reference import images_of_chapter

COURSE = """\
id: sets-2026
languages: [en]
title: Sets
timezone: Europe/Paris
data: here
datasets: {table: tables:Table}
chapters: [{id: rows, opens: 2026-09-07T00:00:00+02:00, due: 2026-09-20T23:59:59+02:00}]
"""
CHAPTER = """\
title: Rows
data: table
accuracy: {minimum: 0.9, constant: 0.5, task: net%s}
tasks: [{id: net, title: Net, names: [Net], points: 1, checks: [{id: accuracy, points: 1}]}]
"""
CLASS = '''
import numpy as np
from autograder.data import DataSet

class Table(DataSet):
    """Rows of three numbers, the last is the label."""
    splits = ("training", "test")

    def load(self, split):
        rows = np.loadtxt(self.folder / f"{split}.csv", delimiter=",", ndmin=2)
        return rows[:, :-1], rows[:, -1].astype("int64")

    def prepare(self, chosen):
        return (np.asarray(chosen) / 10).astype("float32")
'''


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)  # it names a folder without this set
    (tmp_path / "source" / "rows").mkdir(parents=True)
    (tmp_path / "source" / "datasets").mkdir()
    (tmp_path / "here" / "table").mkdir(parents=True)
    (tmp_path / "course.yml").write_text(COURSE)
    (tmp_path / "source" / "rows" / "chapter.yml").write_text(CHAPTER % "")
    (tmp_path / "source" / "datasets" / "tables.py").write_text(CLASS)
    for split, rows in {
        "training": "1,2,0\n3,4,1\n5,6,1\n",
        "test": "10,20,1\n30,40,0\n",
        "last_year": "7,8,1\n",
    }.items():
        (tmp_path / "here" / "table" / f"{split}.csv").write_text(rows)
    return tmp_path


def suite(root: Path) -> CheckSuite:
    """Return the kit of the chapter, without checks."""
    return CheckSuite(load_chapter(root / "source" / "rows"), {}, {}, (), "")


def image_sets(root: Path) -> ImageSets:
    """Return where the accuracy check of the chapter takes its samples from."""
    return images.image_sets(root, "here", suite(root), load_course(root).datasets)


def forget() -> None:
    """Let a changed course be read again."""
    images.data_digest.cache_clear()


def test_accuracy_is_measured_on_the_last_split_and_training_is_the_first(root: Path) -> None:
    sets = image_sets(root)
    graded, trained = sets.validation(), sets.training()
    assert graded.prepare(graded.images[np.array([1, 0])]).tolist() == [[3.0, 4.0], [1.0, 2.0]]
    assert graded.labels.tolist() == [1, 0]
    assert len(trained.labels) == 3
    reference = images_of_chapter(root, load_chapter(root / "source" / "rows"))
    assert reference.training.images.shape == (3, 2)
    assert reference.validation.labels.tolist() == [[1], [0]]


def test_another_split_can_be_graded_on(root: Path) -> None:
    (root / "source" / "rows" / "chapter.yml").write_text(CHAPTER % ", test_set: last_year")
    assert image_sets(root).validation().labels.tolist() == [1]


def test_other_data_has_another_digest(root: Path) -> None:
    before = image_sets(root).digest
    (root / "here" / "table" / "test.csv").write_text("1,1,1\n")
    forget()
    assert image_sets(root).digest != before != "none"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("class Table", "class Tables", "has no class Table, which datasets in course.yml names for table"),
        ("class Table(DataSet)", "class Table", "Table lacks digest; derive it from autograder.data.DataSet"),
        ("import numpy", "import nothing_of_this_name", "cannot be imported: ModuleNotFoundError"),
    ],
)
def test_a_class_that_does_not_serve_is_named_with_its_file(root: Path, old: str, new: str, said: str) -> None:
    file = root / "source" / "datasets" / "tables.py"
    file.write_text(CLASS.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        open_set(root, {"table": "tables:Table"}, "table", root)
    assert said in str(caught.value)
    assert "tables.py" in str(caught.value)


def test_a_file_and_a_name_that_are_not_there_are_told(root: Path) -> None:
    with pytest.raises(DataError, match="no data set 'other' in datasets: table"):
        open_set(root, {"table": "tables:Table"}, "other", root)
    with pytest.raises(DataError, match=r"missing.py does not exist"):
        open_set(root, {"table": "missing:Table"}, "table", root)
    (root / "source" / "rows" / "chapter.yml").write_text((CHAPTER % "").replace("data: table", "data: tabel"))
    with pytest.raises(CourseError, match='there is no data set "tabel"; did you mean "table"'):
        load_chapter(root / "source" / "rows")


@pytest.mark.parametrize("written", ["tables", "tables.Table", "a/b:C"])
def test_a_place_of_a_class_is_file_and_class(root: Path, written: str) -> None:
    (root / "course.yml").write_text(COURSE.replace("tables:Table", f'"{written}"'))
    with pytest.raises(CourseError, match=r"must be FILE:CLASS, a class in source/datasets/FILE.py"):
        load_course(root)


def test_a_chapter_that_says_none_has_no_accuracy(root: Path) -> None:
    (root / "source" / "rows" / "chapter.yml").write_text((CHAPTER % "").replace("data: table", "data: none"))
    with pytest.raises(CourseError, match="a chapter without data has no accuracy"):
        load_chapter(root / "source" / "rows")


def test_a_bundle_holds_the_class_and_finds_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_chapters(*_: Any) -> dict[str, Chapter]:
        return {}

    monkeypatch.setattr("autograder.authoring.bundle.check_course", no_chapters)
    files = bundle(root, load_course(root), "en")
    place = root / "unpacked"
    (place / "datasets").mkdir(parents=True)
    (place / "datasets" / "tables.py").write_bytes(files["sets-2026/datasets/tables.py"])
    assert open_set(place, {"table": "tables:Table"}, "table", root / "here").load("test")[1].tolist() == [1, 0]
