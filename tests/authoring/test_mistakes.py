"""Known mistakes are changes of the solution, each at one place of its task."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.examples import read_examples
from autograder.authoring.mistakes import without_comments
from autograder.course import CourseError, load_chapter
from tests.cli.class_folder import Verbs
from tests.known_mistakes import ROOT

CHAPTER = """\
title: {zh: 一, en: one}
data: mnist
tasks:
  - {id: first, title: {zh: 一, en: one}, names: [first], points: 50, checks: [{id: value, points: 50}]}
  - {id: second, title: {zh: 二, en: two}, names: [second], points: 50, checks: [{id: value, points: 50}]}
"""
SOLUTION = '''\
import numpy as np  # for both


# a helper
def half(x):
    return x / 2


def first(x):
    """Return one value."""
    total = 0
    for part in x:
        total += part  # each

        total += half(part)
    return total


def second(x):
    total = 0
    return np.sum(x) + total
'''
ENTRY = """\
mistakes:
  - id: wrong
    kills: [first.value]
    cause: {zh: 错, en: wrong}
    changes:
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder, name, text in (("source", "chapter.yml", CHAPTER), ("solutions", "one.py", SOLUTION)):
        (tmp_path / folder / "one").mkdir(parents=True)
        (tmp_path / folder / "one" / name).write_text(text, "utf-8")
    return tmp_path


def text_of(root: Path, changes: str, entry: str = ENTRY) -> str:
    (root / "source/one/mistakes.yml").write_text(entry + changes, "utf-8")
    (example,) = read_examples(root, "one")
    return example.text


def refused(root: Path, changes: str, entry: str = ENTRY) -> str:
    with pytest.raises(CourseError) as error:
        text_of(root, changes, entry)
    return str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("half(part)", "part", "total += half(part)", "total += part"),
        ("return x / 2", "return x", "    return x / 2\n", "    return x\n"),
        ("return total", "return total\nreturn 3", "    return total\n", "    return total\n    return 3\n"),
        ("total += half(part)", "''", "        total += half(part)\n", ""),
        (
            "import numpy as np",
            "import numpy as np\nimport os",
            "import numpy as np\n",
            "import numpy as np\nimport os\n",
        ),
    ],
)
def test_one_line_may_be_a_part_of_a_line_or_a_whole_one(
    root: Path, old: str, new: str, before: str, after: str
) -> None:
    shown = new if "\n" not in new else "|\n          " + new.replace("\n", "\n          ")
    entry = ENTRY.replace("first.value", "second.value") if "numpy" in old else ENTRY
    assert text_of(root, f"      - from: {old}\n        to: {shown}\n", entry) == without_comments(SOLUTION).replace(
        before, after, 1
    )


def test_several_lines_are_indented_as_their_place(root: Path) -> None:
    changes = """\
      - from: |
          for part in x:
              total += part

              total += half(part)
        to: |
          total = sum(x)

          total = half(total)
      - from: return total
        to: return -total
"""
    made = text_of(root, changes)
    assert made == without_comments(SOLUTION).replace(
        "    for part in x:\n        total += part\n\n        total += half(part)\n    return total\n",
        "    total = sum(x)\n\n    total = half(total)\n    return -total\n",
    )


@pytest.mark.parametrize(
    ("changes", "entry", "message"),
    [
        ("      - {from: total = 1, to: total = 2}\n", ENTRY, "fits nowhere in task first"),
        ("      - {from: total, to: x}\n", ENTRY, "fits 4 times in task first"),
        ("      - {from: np.sum, to: np.max}\n", ENTRY, "fits nowhere in task first"),
        ("      - {from: each, to: all}\n", ENTRY, "fits nowhere in task first"),
        ("      - {from: total = 0, to: total = 0}\n", ENTRY, "is the same as `to`"),
        ("      - {from: total = 0, to: total = 1}\n", ENTRY.replace("first.v", "firts.v"), "'firts' is no task"),
    ],
)
def test_a_change_that_does_not_fit_is_told_with_file_and_line(
    root: Path, changes: str, entry: str, message: str
) -> None:
    told = refused(root, changes, entry)
    assert message in told
    line = 2 if "no task" in message else 6
    assert told.startswith(f"source/one/mistakes.yml:{line}: mistakes[0]")


def test_the_task_of_the_changes_may_be_named(root: Path) -> None:
    entry = ENTRY.replace("    cause", "    task: second\n    cause")
    assert "np.max(x) + total" in text_of(root, "      - {from: np.sum, to: np.max}\n", entry)


def test_an_id_stands_once_in_all_places(root: Path) -> None:
    (root / "source/one/wrong").mkdir()
    (root / "source/one/wrong/wrong.py").write_text("# kills: first.value\n# zh: 错\n# en: wrong\n", "utf-8")
    assert "stands in mistakes.yml, too" in refused(root, "      - {from: total = 0, to: total = 1}\n")


def test_files_lack_no_line_of_their_head(root: Path) -> None:
    (root / "source/one/right").mkdir()
    path = root / "source/one/right/odd.py"
    path.write_text("def first(x):\n    return 0\n", "utf-8")
    with pytest.raises(CourseError, match=r"source/one/right/odd\.py:1: the first lines lack `# right: \.\.\.`"):
        read_examples(root, "one")
    path.write_text("# right: by a constant\n", "utf-8")
    assert [example.id for example in read_examples(root, "one")] == ["odd"]


def test_the_folder_of_the_old_form_is_not_passed_over(root: Path) -> None:
    (root / "source/one/mutants").mkdir()
    with pytest.raises(CourseError, match=r"source/one/mutants: is no longer read"):
        read_examples(root, "one")


@pytest.mark.parametrize(
    "chapter", sorted(path.name for path in (ROOT / "source").iterdir() if (path / "chapter.yml").is_file())
)
def test_every_mistake_of_the_course_differs_from_the_solution(chapter: str) -> None:
    solution = without_comments((ROOT / "solutions" / chapter / f"{chapter}.py").read_text("utf-8"))
    mistakes = [example for example in read_examples(ROOT, chapter) if example.kills]
    assert len(mistakes) > 40
    assert all(example.text != solution for example in mistakes)
    assert len({example.text for example in mistakes}) == len(mistakes)
    assert load_chapter(ROOT / "source" / chapter)


def test_the_command_shows_causes_and_differences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, command = Verbs(ROOT, monkeypatch, capsys), ("mistakes", "lenet", "--lang", "en")
    every = run(*command).out
    assert every.count("\n    ") == len([example for example in read_examples(ROOT, "lenet") if example.kills])
    one = run(*command, "no_step", "--diff").out
    assert one.startswith("no_step: train_one_epoch.update")
    assert "\n    -        optimizer.step()\n" in one
    missing = run(*command, "no_stepp")
    assert missing.code == 2
    assert "no_step" in missing.err


def test_a_mistake_that_names_no_check_is_refused_at_its_line(root: Path) -> None:
    entry = ENTRY.replace("[first.value]", "[first.value, first.valeu]")
    said = refused(root, "      - from: total\n        to: sum\n", entry)
    assert "source/one/mistakes.yml:3: mistakes[0].kills[1]" in said
    assert "'first.valeu' is no check of chapter.yml; did you mean" in said
