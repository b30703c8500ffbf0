"""A chapter that was edited and not built: `grade` refuses, the others warn."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from .class_folder import Run
from .test_student import ROOT


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("edited")
    for name in ("source", "solutions", "assignments"):
        shutil.copytree(ROOT / name / "lenet", place / name / "lenet")
    shutil.copytree(ROOT / "source" / "datasets", place / "source" / "datasets")
    text = (ROOT / "course.yml").read_text("utf-8")
    start, end = text.index("  - {id: reader"), text.index("# Check-in weeks")
    lines = [line for line in text[start:end].splitlines() if "id: lenet," in line]
    after = text.index("# The data sets that chapters name")
    (place / "course.yml").write_text(text[:start] + "\n".join(lines) + "\n" + text[after:], "utf-8")
    points = place / "source" / "lenet" / "chapter.yml"
    points.write_text(points.read_text("utf-8").replace("minimum: 0.9,", "minimum: 0.91,"), "utf-8")
    return place


def test_grade_refuses_and_says_what_changed(edited: Path, run_in: Run) -> None:
    answer = str(ROOT / "solutions" / "lenet" / "lenet.py")
    refused = run_in(edited, "grade", answer, "--chapter", "lenet", "--lang", "en")
    assert refused.code == 2
    assert "points and requirements" in refused.err
    assert "--stale" in refused.err
    assert refused.out == ""
    graded = run_in(edited, "grade", answer, "--chapter", "lenet", "--stale", "--lang", "en")
    assert "autograder build lenet" in graded.err
    assert "network.shape" in graded.out


def test_a_message_of_several_lines_is_shown_as_such(edited: Path, run_in: Run) -> None:
    answer = str(ROOT / "solutions" / "lenet" / "lenet.py")
    said = run_in(edited, "grade", answer, "--chapter", "lenet", "--lang", "en").err.splitlines()
    assert said[0].endswith("run autograder build lenet")
    assert said[1] == "  to grade by what was built all the same, add --stale"


def test_check_and_doctor_warn_and_go_on(edited: Path, run_in: Run) -> None:
    checked = run_in(edited, "check", "lenet", str(ROOT / "solutions" / "lenet" / "lenet.py"), "--lang", "en")
    assert checked.code == 0
    assert "source/ changed" in checked.err
    assert "source/ changed" in run_in(edited, "doctor", "--lang", "en").err


def test_without_source_grade_compares_nothing(edited: Path, run_in: Run, tmp_path: Path) -> None:
    place = tmp_path / "plain"
    shutil.copytree(edited, place, ignore=shutil.ignore_patterns("source"))
    graded = run_in(place, "grade", str(ROOT / "solutions/lenet/lenet.py"), "--chapter", "lenet")
    assert "--stale" not in graded.err


@pytest.mark.parametrize(
    ("words", "differs", "older", "counts"),
    [
        ((), "不一致：", "录下的比 source/ 旧", "lenet：已知错误 0 个"),
        (("--lang", "en"), "differs: ", "the recordings are older than the source", "lenet: 0 known mistakes, 0 of"),
    ],
    ids=["the course's", "--lang"],
)
def test_authors_are_spoken_to_in_the_language_of_the_course(
    edited: Path, run_in: Run, tmp_path: Path, words: tuple[str, ...], differs: str, older: str, counts: str
) -> None:
    built = run_in(edited, "build", "lenet", "--check", *words)
    assert (built.code, built.out.startswith(differs)) == (1, True), built.out + built.err
    place = tmp_path / "older"
    shutil.copytree(edited, place)
    kit = place / "solutions" / "lenet" / "hidden.json"
    kit.write_text(json.dumps(json.loads(kit.read_text("utf-8")) | {"made_from": "of another source"}), "utf-8")
    proven = run_in(place, "verify", "lenet", "--quiet", *words)
    assert proven.code == 1
    assert older in proven.out
    assert counts in proven.out
