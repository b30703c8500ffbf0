from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import CourseError, check_course, find_course, load_chapter, load_course
from autograder.errors import AutograderError

from .conftest import CHAPTER, COURSE, edited, problems_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course folder with the chapters reader and lenet."""
    (tmp_path / "course.yml").write_text(COURSE + "datasets: {palm: palm:Palm}\n", encoding="utf-8")
    for name in ("reader", "lenet"):
        folder = tmp_path / "source" / name
        folder.mkdir(parents=True)
        (folder / "chapter.yml").write_text(CHAPTER, encoding="utf-8")
    return tmp_path


def test_a_course_loads_from_its_folder_and_from_its_file(root: Path) -> None:
    assert load_course(root) == load_course(root / "course.yml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "course.yml"
    assert problems_of(load_course, tmp_path) == [f"course.yml: cannot read {file}: No such file or directory"]
    (line,) = problems_of(load_chapter, tmp_path / "source" / "vgg")
    assert line.startswith("source/vgg/chapter.yml: cannot read ")


def test_the_course_is_found_from_inside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = root / "source" / "reader"
    assert find_course(inside) == root
    assert find_course(inside / "chapter.yml") == root
    monkeypatch.chdir(inside)
    assert find_course(Path()) == root


def test_a_folder_outside_every_course_is_told_so(tmp_path: Path) -> None:
    (line,) = problems_of(find_course, tmp_path)
    assert line.startswith(f"course.yml: not found in {tmp_path} or in a folder around it; change to")


def test_all_chapters_come_in_the_order_of_the_course(root: Path) -> None:
    chapters = check_course(load_course(root), root)
    assert list(chapters) == ["reader", "lenet"]
    assert all(chapter.id == name for name, chapter in chapters.items())


def test_a_course_that_lists_no_data_set_says_where_they_are_listed(root: Path) -> None:
    (root / "course.yml").write_text(COURSE, encoding="utf-8")
    (line,) = problems_of(load_chapter, root / "source" / "reader")
    assert line.endswith('data: there is no data set "palm"; datasets: in course.yml lists them')


def test_the_folder_of_data_sets_is_no_chapter(root: Path) -> None:
    (root / "source" / "datasets").mkdir()
    (root / "course.yml").write_text(
        edited(COURSE, ("id: lenet", "id: dataset")) + "datasets: {palm: palm:Palm}\n", "utf-8"
    )
    (line,) = problems_of(lambda folder: check_course(load_course(root), folder), root)
    assert line == "course.yml:7: chapters[1].id: there is no folder source/dataset"


def test_missing_folders_and_wrong_chapters_are_reported_together(root: Path) -> None:
    (root / "source" / "lenet").rename(root / "source" / "le_net")
    (root / "source" / "reader" / "chapter.yml").write_text(
        edited(CHAPTER, ("points: 10", "points: 9")), encoding="utf-8"
    )
    course = load_course(root)
    assert problems_of(lambda folder: check_course(course, folder), root) == [
        'course.yml:7: chapters[1].id: there is no folder source/lenet; did you mean "le_net"?',
        "source/reader/chapter.yml:6: tasks[0].points: the task has 9 points, but its checks add up to 10",
    ]


def test_a_course_without_source_or_file_lacks_every_chapter(root: Path, tmp_path: Path) -> None:
    course = load_course(root)
    assert problems_of(lambda folder: check_course(course, folder), tmp_path / "elsewhere") == [
        "course.yml: chapters[0].id: there is no folder source/reader",
        "course.yml: chapters[1].id: there is no folder source/lenet",
    ]


def test_course_errors_belong_to_the_family() -> None:
    assert issubclass(CourseError, AutograderError)


def test_reading_a_course_does_not_import_paddle() -> None:
    code = (
        "import sys, autograder.course; sys.exit(any(name in sys.modules for name in ('paddle', 'numpy', 'nbformat')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
