"""By whose numbers `autograder check` asks: the remembered id's, else that in the file, else the common ones; what it says of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.authoring.build import build_chapter
from autograder.checks.suite import public_kit
from autograder.course import load_course
from autograder.sandbox.box import open_bubblewrap_box

from .class_folder import Run

COURSE = Path(__file__).parents[1] / "courses" / "own"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("numbers") / "own"
    shutil.copytree(COURSE, root)
    box = open_bubblewrap_box(framework="python")
    build_chapter(root, "line", "en", box)
    if box.zygote:
        box.zygote.close()
    return root


def answer(root: Path, student: str, *, said: str = "") -> Path:
    """Write a right answer with a student's numbers; said: the id in it."""
    suite = public_kit(root, "line").for_student(student, load_course(root).salt)
    assert suite.bank is not None
    slope, ends = suite.bank.variants[suite.number].values.values()
    path = root / "line.py"
    path.write_text(
        f"import numpy as np\nfrom autograder import own_id\n\nown_id({said!r})\n\n\ndef line(x):\n    return {slope} * x\n\n\n"
        f"def inside(x):\n    x = np.asarray(x)\n    return (x >= {ends[0]}) & (x <= {ends[1]})\n\n\n"
        "def twice(x):\n    return 2 * x\n",
        "utf-8",
    )
    return path


def two_of_other_slopes(root: Path) -> tuple[str, str]:
    salt, suite = load_course(root).salt, public_kit(root, "line")
    assert suite.bank is not None
    slopes = {
        one: suite.bank.variants[suite.for_student(one, salt).number].values["LINE_SLOPE"]
        for one in (f"s{n:03}" for n in range(40))
    }
    first = next(one for one, slope in slopes.items() if slope != 2)
    return first, next(one for one, slope in slopes.items() if slope not in (2, slopes[first]))


def test_where_no_id_is_known_that_in_the_file_tells_the_numbers(built: Path, run_in: Run) -> None:
    student, _ = two_of_other_slopes(built)
    path = answer(built, student, said=student)
    checked = run_in(built, "check", "line", str(path), "--lang", "en", AUTOGRADER_STUDENT="")
    assert checked.code == 0, checked.out
    assert f"! No student id is stored here; the notebook says {student}, so " in checked.out
    assert f"Your numbers ({student})" in checked.out


def test_a_right_answer_of_whoever_is_not_known_is_not_called_another_s(built: Path, run_in: Run) -> None:
    student, _ = two_of_other_slopes(built)
    checked = run_in(built, "check", "line", str(answer(built, student)), "--lang", "en", AUTOGRADER_STUDENT="")
    assert checked.code == 1
    assert (
        "It is not known here whose answer this is, so it is checked with the common numbers (LINE_SLOPE = 2, "
        in checked.out
    )
    assert "Yours are" not in checked.out


def test_another_id_in_the_file_than_the_remembered_one_is_told(built: Path, run_in: Run) -> None:
    student, other = two_of_other_slopes(built)
    path = answer(built, student, said=student)
    checked = run_in(built, "check", "line", str(path), "--lang", "en", AUTOGRADER_STUDENT=other)
    assert checked.code == 1
    assert f"! The notebook says that you are {student}, but {other} is stored here" in checked.out
    assert f"Your numbers ({other})" in checked.out
    mine = run_in(built, "check", "line", str(path), "--lang", "en", AUTOGRADER_STUDENT=student)
    assert mine.code == 0
    assert "! The notebook" not in mine.out


def test_what_cannot_be_an_id_is_told(built: Path, run_in: Run) -> None:
    path = answer(built, "s001")
    for language, said in (
        ("en", "'../x', in the variable AUTOGRADER_STUDENT, cannot be a student id"),
        ("zh", "不能是学号"),
    ):
        assert said in run_in(built, "check", "line", str(path), "--lang", language, AUTOGRADER_STUDENT="../x").out


def test_grading_one_file_of_nobody_flags_nobody(built: Path, run_in: Run) -> None:
    student, _ = two_of_other_slopes(built)
    path = answer(built, student)
    (result,) = run_in(built, "grade", str(path), "--chapter", "line", "--json", "-", "--lang", "en").json
    assert result["score"] < result["max_score"]
    assert result.get("flags", []) == []
    assert any("whose answer this is" in str(one) for one in result["findings"])


def test_after_a_rollover_no_bundle_is_made_with_the_numbers_of_the_class_before(
    built: Path, run_in: Run, tmp_path: Path
) -> None:
    moved = run_in(built, "rollover", str(tmp_path / "next"), "--start", "2027-09-06", "--lang", "en")
    assert moved.code == 0, moved.err
    assert "! students' own numbers are drawn from `salt` in course.yml" in moved.out
    refused = run_in(tmp_path / "next", "bundle", "-o", str(tmp_path / "b.zip"), "--lang", "zh")
    assert refused.code == 2
    assert "请运行 autograder build line" in refused.err
    assert not (tmp_path / "b.zip").exists()
    assert run_in(tmp_path / "next", "build", "line").code == 0
    assert run_in(tmp_path / "next", "bundle", "-o", str(tmp_path / "b.zip"), "--lang", "en").code == 0
    assert run_in(built, "bundle", "-o", str(tmp_path / "old.zip"), "--lang", "en").code == 0
