"""A new chapter: its folder, filled with a small example that works, and its line in course.yml."""

from __future__ import annotations

import keyword
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.authoring import template, template_plain
from autograder.authoring.course_lines import with_chapter
from autograder.authoring.template_texts import in_languages
from autograder.course import Course, load_chapter, load_course
from autograder.course.loading import COURSE_FILE
from autograder.errors import AuthoringError
from autograder.text import Language, Text
from autograder.writing import write_atomically

NO_KIND = Text(zh="没有 {kind!r} 这种章；有：{known}", en="there is no kind of chapter {kind!r}: {known}")
EXISTS = Text(
    zh="source/{chapter} 已经有了；请直接编辑，或者换一个名字",
    en="source/{chapter} exists already; edit it, or choose another name",
)
NO_CHAPTER_NAME = Text(
    zh="{name!r} 不能是章的名字：要用小写字母、数字和 _，以字母开头，而且不是 Python 的关键字{advice}",
    en="{name!r} cannot be a chapter: its name is small letters, digits and _, begins with a letter, and is no word of "
    "Python{advice}",
)
MEANT = Text(zh="；是不是 {likely}？", en="; did you mean {likely}?")
NO_NAME = Text(zh="{name!r} 不能是类或函数的名字", en="{name!r} cannot be the name of a class or function")
KINDS = {"paddle": template, "plain": template_plain}
ID = re.compile(r"[a-z][a-z0-9_]*")


def new_chapter(root: Path, chapter_id: str, name: str | None = None, kind: str | None = None) -> list[str]:
    """Write `source/<chapter_id>/` and its lines in course.yml, one among the chapters and its check-in weeks; return what was written, relative to the course folder.

    Args:
        root: the course folder.
        chapter_id: of the new chapter.
        name: of what students write, by default from the id: `mobile_net` gives the network `MobileNet`, and the function
            `mobile_net`.
        kind: `paddle`, a small network, or `plain`, a function in NumPy; by default as the chapters that the course has.

    Raises:
        AuthoringError: the chapter exists, a name cannot be used, or course.yml has no list to which a line can be
            added. Nothing has been written then.
        CourseError: course.yml has mistakes.
    """
    if kind is not None and kind not in KINDS:
        raise AuthoringError(NO_KIND.format(kind=kind, known=", ".join(KINDS)))
    course = load_course(root)
    kind = kind or _kind_of(root, course)
    name = name or default_name(chapter_id, kind)
    _check_names(chapter_id, name)
    folder = root / "source" / chapter_id
    if folder.exists():
        raise AuthoringError(EXISTS.format(chapter=chapter_id))
    listed = course.chapter(chapter_id) is not None
    text = "" if listed else with_chapter(root / COURSE_FILE, course, chapter_id)
    write_chapter_folder(folder, chapter_id, name, kind, course.languages)
    written = sorted(str(path.relative_to(root)) for path in folder.rglob("*") if path.is_file())
    if not listed:
        write_atomically(root / COURSE_FILE, text)
        written.append(COURSE_FILE)
    return written


def _kind_of(root: Path, course: Course) -> str:
    """Return what the chapters of the course are: `plain` where each of them does without Paddle."""
    places = [root / "source" / chapter.id for chapter in course.chapters]
    frameworks = {load_chapter(place).framework for place in places if place.is_dir()}
    return "plain" if frameworks == {"python"} else "paddle"


def default_name(chapter_id: str, kind: str) -> str:
    """Return the name of what students write in a new chapter."""
    return chapter_id if kind == "plain" else "".join(part[:1].upper() + part[1:] for part in chapter_id.split("_"))


def _check_names(chapter_id: str, name: str) -> None:
    if not ID.fullmatch(chapter_id) or keyword.iskeyword(chapter_id):
        likely = re.sub(r"[^a-z0-9]+", "_", chapter_id.lower()).lstrip("_0123456789").rstrip("_")
        is_likely = likely and likely != chapter_id and not keyword.iskeyword(likely)
        advice = MEANT.format(likely=likely) if is_likely else ""
        raise AuthoringError(NO_CHAPTER_NAME.format(name=chapter_id, advice=advice))
    if not name.isidentifier() or keyword.iskeyword(name):
        raise AuthoringError(NO_NAME.format(name=name))


def write_chapter_folder(folder: Path, chapter_id: str, name: str, kind: str, languages: Sequence[Language]) -> None:
    """Write the folder so that it is either there with all its files or not at all; its texts stand in the languages."""
    folder.parent.mkdir(exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{chapter_id}.", dir=folder.parent))
    try:
        for file, text in KINDS[kind].FILES.items():
            path = unfinished / file
            path.parent.mkdir(exist_ok=True)
            filled = text.replace("@CHAPTER@", chapter_id).replace("@CLASS@", name)
            path.write_text(in_languages(file, filled, languages), "utf-8")
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
