"""What lies below `submitted/` and is graded by nobody, for it lies in the wrong place or has a wrong name."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from autograder.submission.files import ANSWER_SUFFIXES
from autograder.submission.rejection import shown
from autograder.text import Text
from autograder.untrusted.folders import NotOpened, opened_folder

MAX_NAMED = 20
PLACE = "submitted/<student>/<chapter>/"
CHAPTER_FIRST = Text(
    zh="{path}: 这里应该是学号，却是章节名；没有评分。正确的位置：{place}",
    en="{path}: a chapter's name stands where the student's id belongs, so nothing in it was graded. The place is {place}",
)
LOOSE = Text(
    zh="{path}: 不在章节的文件夹里，没有评分。放到 {place}，或者 autograder collect",
    en="{path}: it lies in no chapter's folder, so it was not graded. Put it into {place}, or use autograder collect",
)
MISNAMED = Text(
    zh="{path}: 文件夹应叫 {chapter}；没有评分",
    en="{path}: the folder's name should be {chapter}; it was not graded",
)
MORE = Text(zh="还有 {count} 处没有评分", en="{count} more were not graded")


def ignored(root: Path, chapters: Collection[str], students: Collection[str]) -> list[Text]:
    """Return a line for each thing below `submitted/` that looks handed in and that grading does not see."""
    found = list(_ignored(root / "submitted", chapters, set(students)))
    return [*found[:MAX_NAMED], *([MORE.format(count=len(found) - MAX_NAMED)] if len(found) > MAX_NAMED else [])]


def _ignored(base: Path, chapters: Collection[str], students: Collection[str]) -> Iterator[Text]:
    for name, is_folder in _entries(base, ()):
        if not is_folder:
            if name.lower().endswith(ANSWER_SUFFIXES):
                yield LOOSE.format(path=shown(f"submitted/{name}"), place=PLACE)
        elif name in chapters and name not in students:
            yield CHAPTER_FIRST.format(path=shown(f"submitted/{name}"), place=PLACE)
        else:
            yield from _of_student(base, name, chapters)


def _of_student(base: Path, student: str, chapters: Collection[str]) -> Iterator[Text]:
    plain = {_plain(chapter): chapter for chapter in chapters}
    entries = _entries(base, (student,))
    there = {name for name, is_folder in entries if is_folder}
    for name, is_folder in entries:
        path = shown(f"submitted/{student}/{name}", 160)
        if not is_folder and name.lower().endswith(ANSWER_SUFFIXES):
            yield LOOSE.format(path=path, place=PLACE)
        elif is_folder and name not in chapters and (meant := plain.get(_plain(name))) and meant not in there:
            yield MISNAMED.format(path=path, chapter=meant)


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _entries(base: Path, parts: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return names and whether each is a folder; nothing of what is a link, closed or not there."""
    try:
        with opened_folder(base, parts) as folder, os.scandir(folder) as entries:
            return sorted(
                (entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries if entry.name[:1] != "."
            )
    except (NotOpened, OSError):
        return []
