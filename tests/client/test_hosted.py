"""A notebook in a folder without a course: what a hosted one (Colab, AI Studio) finds, and what it reads where it finds none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.client.live import open_chapter
from autograder.client.own import whose_here
from autograder.course.errors import NoCourseHere
from autograder.course.loading import course_of_notebook
from autograder.course.sets import open_data

ROOT = Path(__file__).parents[2]
BUNDLED = '{"generated": "by autograder bundle", "id": "own-2026", "title": {"zh": "a", "en": "a"}, "timezone": "Asia/Shanghai", '
BUNDLED += '"language": "en", "chapters": [], "datasets": {"letters": "letters:Letters"}, "salt": "0123456789abcdef"}'


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a hosted notebook, which has other things, too."""
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    (tmp_path / "sample_data").mkdir()
    (tmp_path / ".config" / "x").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def unpacked(place: Path) -> Path:
    (place / "datasets").mkdir(parents=True)
    (place / "course.yml").write_text(BUNDLED, "utf-8")
    shutil.copy(ROOT / "tests/courses/sequences/source/datasets/letters.py", place / "datasets")
    (place / "assignments" / "reader").mkdir(parents=True)
    shutil.copy(ROOT / "assignments/reader/checks.json", place / "assignments" / "reader")
    return place


@pytest.mark.parametrize("folder", ["own-2026", "work/own-2026"])
def test_a_notebook_beside_the_unpacked_course_finds_it(
    content: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = unpacked(content / folder)
    assert course_of_notebook(content) == root
    assert len(open_data("letters").load("test")[1]) == 400
    assert callable(open_chapter("reader"))
    monkeypatch.setenv("AUTOGRADER_STUDENT", "2026001")
    own = whose_here()
    assert own is not None
    assert own.student == "2026001"


def test_where_there_is_no_course_it_is_said_in_both_languages_with_what_to_do(content: Path) -> None:
    for ask in (lambda: open_data("letters"), lambda: open_chapter("reader")):
        with pytest.raises(NoCourseHere) as caught:
            ask()
        zh, en = str(caught.value).splitlines()
        assert "没有课程" in zh
        assert "!unzip -q NAME.zip，再运行 %cd NAME" in zh
        assert f"there is no course in {content}" in en
        assert "run !unzip -q NAME.zip, then %cd NAME, then this cell again" in en
    assert whose_here() is None


def test_of_several_courses_none_is_guessed(content: Path) -> None:
    unpacked(content / "own-2025")
    unpacked(content / "own-2026")
    with pytest.raises(
        NoCourseHere, match=r"several courses below .*: own-2025, own-2026\. Run %cd with the name of one"
    ):
        open_data("letters")


def test_a_chapter_that_the_course_lacks_is_named(content: Path) -> None:
    unpacked(content / "own-2026")
    with pytest.raises(
        Exception, match=r"checks\.json of 'readr' was not found in .*own-2026/assignments/; check the name"
    ):
        open_chapter("readr")


def test_a_cell_ends_with_that_line(content: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "from autograder import open_data; open_data('palm')"],
        cwd=content, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr.rstrip().splitlines()[-1].endswith("then this cell again")
