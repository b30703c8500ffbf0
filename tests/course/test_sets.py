"""A data set of a course is used where its data lies, generated where there is none, and never replaced in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.course import CourseError
from autograder.course.sets import data_set, found_set, open_data
from autograder.data import DataError
from autograder.data.dataset import digest_of, prepared_of, samples_of
from autograder.data.location import DATA_VARIABLE
from autograder.grading.images import data_digest

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
    open_data("letters")  # the course is in English alone
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("letters: the real data is not here, so similar data is generated.")
    assert second.startswith("!!! letters: this data is generated, it is not the real data.")
    monkeypatch.setenv("AUTOGRADER_LANG", "zh")
    open_data("letters")
    assert capsys.readouterr().out.startswith("!!! letters: 这是程序生成的假数据"), "nothing is generated again"
    put(root, "de", "f")
    open_data("letters")
    assert capsys.readouterr().out == ""


def test_outside_a_course_a_notebook_is_told_where_to_open_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match=r"there is no course in .*then this cell again"):
        open_data("letters")


GOOD_LOAD = "        letters = np.array"
LAST = "        return letters, np.array([ALPHABET.index(letter) for letter in letters])"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (GOOD_LOAD, "        1 / 0\n        letters = np.array", r"letters/__init__\.py:12: Letters\.load\('training'\) raised ZeroDivisionError"),
        (LAST, "        return letters", r"Letters\.load returned ndarray for 'training'; return samples and labels"),
        (LAST, "        return letters, [0] * len(letters)", r"labels of 'training' must be an array of numbers"),
        (LAST, "        return letters, np.zeros(2)", r"'training' has 3 samples and 2 labels"),
        (LAST, "        return letters[:0], np.zeros(0)", r"'training' has 0 samples and 0 labels"),
        ("    def load(self, split):", "    def loads(self, split):", r"__init__\.py: Letters has no load; write it, see docs/data\.md"),
        ("    def load(", '    splits = "training"\n\n    def load(', r"splits of Letters must be names, such as \(\"training\", \"test\"\), not 'training'"),
        ("    def load(", "    splits = ()\n\n    def load(", r"splits of Letters must be names"),
        ("class Letters(DataSet):", "class Letters:", r"Letters lacks splits, prepare, digest; derive it from autograder\.data\.DataSet"),
        ("import numpy as np", "import numpy as np\n1 / 0", r"__init__\.py:3: cannot be imported: ZeroDivisionError"),
        ("import numpy as np", "import numpy as np\nexit()", r"__init__\.py:3: cannot be imported: SystemExit"),
    ],
)  # fmt: skip
def test_a_class_that_is_not_as_it_must_be_is_named_with_its_line(root: Path, old: str, new: str, said: str) -> None:
    put(root, "abc", "abc")
    file = root / "source" / "datasets" / "letters" / "__init__.py"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=said):
        samples_of(data_set(root, "letters"), "training")


def test_a_split_that_the_class_lacks_is_named(root: Path) -> None:
    put(root, "abc", "abc")
    said = r"__init__\.py:12: Letters\.load\('test'\) raised FileNotFoundError.*; splits has training, validation, not test"
    with pytest.raises(DataError, match=said):
        samples_of(data_set(root, "letters"), "test")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "import random\n        return str(random.random())",
            r"returned another value when asked twice, so every answer would be graded again",
        ),
        ("return 3", r"Letters\.digest returned int; return a text"),
        ("return self.nothing", r"__init__\.py:12: Letters\.digest\(\) raised AttributeError"),
    ],
)
def test_a_digest_that_is_none_is_refused_before_anything_is_graded_by_it(root: Path, body: str, said: str) -> None:
    put(root, "abc", "abc")
    file = root / "source" / "datasets" / "letters" / "__init__.py"
    file.write_text(
        file.read_text().replace("    def load(", f"    def digest(self):\n        {body}\n\n    def load(", 1)
    )
    found = data_set(root, "letters")
    with pytest.raises(DataError, match=said):
        digest_of(found)
    with pytest.raises(DataError, match=said):
        data_digest(root, None, "letters", (("letters", "letters:Letters"),))
    assert [fault.files for fault in found.inspect()] == [
        ("training",),
        ("validation",),
        ("digest",),
    ]  # and letters are no numbers


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "return np.ones((len(chosen), 2))",
            r"Letters\.prepare made float64 \[2, 2\] of 2 samples; return float32 or int64 \[2, …\]",
        ),
        ("return np.ones((1, 2), np.float32)", r"made float32 \[1, 2\] of 2 samples"),
        ("return [1.0]", r"made list of 2 samples"),
        ("return chosen.nothing", r"__init__\.py:12: Letters\.prepare\(\) raised AttributeError"),
    ],
)
def test_what_no_network_takes_is_told_by_the_check_of_the_data(root: Path, body: str, said: str) -> None:
    put(root, "abc", "abc")
    file = root / "source" / "datasets" / "letters" / "__init__.py"
    file.write_text(
        file.read_text().replace("    def load(", f"    def prepare(self, chosen):\n        {body}\n\n    def load(", 1)
    )
    found = data_set(root, "letters")
    with pytest.raises(DataError, match=said):
        prepared_of(found, found.load("training")[0][np.arange(2)])
    assert [(fault.kind, fault.spoils) for fault in found.inspect()] == [("unreadable", True)] * 2
