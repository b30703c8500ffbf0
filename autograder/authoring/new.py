"""A new chapter: its folder, filled with a small example that works, and its line in course.yml."""

from __future__ import annotations

import keyword
import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from autograder.authoring import template, template_plain
from autograder.authoring.template_texts import in_languages
from autograder.course import Course, CourseError, load_chapter, load_course
from autograder.course.document import read_document
from autograder.course.loading import COURSE_FILE
from autograder.errors import AuthoringError
from autograder.text import Language
from autograder.writing import write_atomically

KINDS = {"paddle": template, "plain": template_plain}
ID = re.compile(r"[a-z][a-z0-9_]*")
NO_CHAPTERS = re.compile(r"^chapters:[ \t]*\[[ \t]*\]", re.MULTILINE)
OPEN_FOR = timedelta(days=14)
TICK = timedelta(seconds=1)


def new_chapter(root: Path, chapter_id: str, name: str | None = None, kind: str | None = None) -> list[str]:
    """Write `source/<chapter_id>/` and its line in course.yml; return what was written, relative to the course folder.

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
        raise AuthoringError(f"there is no kind of chapter {kind!r}: {' or '.join(KINDS)}")
    course = load_course(root)
    kind = kind or _kind_of(root, course)
    name = name or default_name(chapter_id, kind)
    _check_names(chapter_id, name)
    folder = root / "source" / chapter_id
    if folder.exists():
        raise AuthoringError(f"source/{chapter_id} exists already; edit it, or choose another name")
    listed = course.chapter(chapter_id) is not None
    text = "" if listed else _with_chapter(root / COURSE_FILE, course, chapter_id)
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
        advice = (
            f"; did you mean {likely}?" if likely != chapter_id and not keyword.iskeyword(likely) and likely else ""
        )
        raise AuthoringError(
            f"{chapter_id!r} cannot be a chapter: its name is small letters, digits and _, begins with a letter, and "
            f"is no word of Python{advice}"
        )
    if not name.isidentifier() or keyword.iskeyword(name):
        raise AuthoringError(f"{name!r} cannot be the name of a class or function")


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


def _with_chapter(path: Path, course: Course, chapter_id: str) -> str:
    """Return the text of course.yml with one line more; everything else, comments too, stays as it is."""
    text = path.read_text("utf-8")
    entry = _line(course, chapter_id)
    if not course.chapters:
        begun, count = NO_CHAPTERS.subn(lambda _: f"chapters:\n  - {entry}", text)
        if count == 1 and _chapters(begun) == [chapter_id]:
            return begun
        raise AuthoringError(f"{path.name}: no line can be added to chapters; add it by hand, then again: {entry}")
    lines = text.splitlines(keepends=True)
    last = read_document(path, path.name).line(("chapters", len(course.chapters) - 1))
    if last is not None and (found := re.match(r"( *)- ", lines[last - 1])):
        indent = len(found[1])
        place = _end_of_entry(lines, last, indent)
        if not lines[place - 1].endswith("\n"):
            lines[place - 1] += "\n"
        lines.insert(place, f"{' ' * indent}- {entry}\n")
        if _chapters("".join(lines)) == [*(chapter.id for chapter in course.chapters), chapter_id]:
            return "".join(lines)
    raise AuthoringError(f"{path.name}: no line can be added to chapters; add it by hand, then again: {entry}")


def _end_of_entry(lines: list[str], first: int, indent: int) -> int:
    """Return how many lines there are up to the end of the entry that begins on line `first` (1-based)."""
    end = first
    for number, line in enumerate(lines[first:], start=first + 1):
        stripped = line.strip()
        if stripped and len(line) - len(line.lstrip(" ")) <= indent:
            break
        if stripped and not stripped.startswith("#"):
            end = number
    return end


def _line(course: Course, chapter_id: str) -> str:
    today = datetime.now(course.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    opens = max((chapter.due + TICK for chapter in course.chapters), default=today)
    due = opens + OPEN_FOR - TICK
    moments = [moment.astimezone(course.zone).isoformat(timespec="seconds") for moment in (opens, due)]
    return f"{{id: {chapter_id}, opens: {moments[0]}, due: {moments[1]}, weight: 1}}"


def _chapters(text: str) -> list[str]:
    """Return the chapters of a course.yml given as text, none where it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / COURSE_FILE
        path.write_text(text, "utf-8")
        try:
            return [chapter.id for chapter in load_course(path).chapters]
        except CourseError:
            return []
