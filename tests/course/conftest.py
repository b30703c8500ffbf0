"""Course folders written for one test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import CourseError, load_chapter, load_course

COURSE = """\
id: demo-2026
title: {zh: 示例, en: Demo}
timezone: Asia/Shanghai
language: zh
chapters:
  - {id: reader, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}
  - id: lenet
    opens: 2026-09-21T00:00:00+08:00
    due: 2026-10-11T23:59:59+08:00
    weight: 2
"""

CHAPTER = """\
title: {zh: 读取, en: Reader}
data: palm
tasks:
  - id: transform
    title: {zh: 变换, en: Transform}
    points: 10
    names: [transform_img]
    checks:
      - {id: shape, points: 4, hint: {zh: 形状, en: shape}}
      - {id: range, points: 6, hidden: true}
  - id: essay
    title: {zh: 问答, en: Question}
    kind: written
    points: 5
    question_guide: {zh: 评分, en: Marking}
accuracy:
  minimum: 0.9
  constant: 0.5275
  task: transform
"""


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Return `text` with each first part replaced by the second; every first part must occur."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def problems_of(load: Callable[[Path], object], path: Path) -> list[str]:
    """Return the lines of the error that loading must raise."""
    with pytest.raises(CourseError) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems)
    return lines


@pytest.fixture
def course_problems(tmp_path: Path) -> Callable[..., list[str]]:
    """The problems of the example course after some edits."""

    def problems(*edits: tuple[str, str]) -> list[str]:
        (tmp_path / "course.yml").write_text(edited(COURSE, *edits), encoding="utf-8")
        return problems_of(load_course, tmp_path)

    return problems


@pytest.fixture
def chapter_problems(tmp_path: Path) -> Callable[..., list[str]]:
    """The problems of the example chapter after some edits, without the file name in front."""

    def problems(*edits: tuple[str, str]) -> list[str]:
        folder = tmp_path / "source" / "reader"
        folder.mkdir(parents=True)
        (folder / "chapter.yml").write_text(edited(CHAPTER, *edits), encoding="utf-8")
        (tmp_path / "course.yml").write_text(COURSE + "datasets: {palm: palm:Palm}\n", encoding="utf-8")
        lines = problems_of(load_chapter, folder)
        assert all(line.startswith("source/reader/chapter.yml:") for line in lines)
        return [line.removeprefix("source/reader/chapter.yml:") for line in lines]

    return problems
