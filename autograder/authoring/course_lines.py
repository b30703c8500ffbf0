"""A new chapter's lines in course.yml: one among the chapters, and its check-in weeks in a course that has check-ins.

Everything else of the file, comments too, stays as it is.
"""

from __future__ import annotations

import re
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from autograder.course import Course, CourseError, load_course
from autograder.course.document import read_document
from autograder.course.loading import COURSE_FILE
from autograder.errors import AuthoringError
from autograder.text import Text

NO_LINE = Text(
    zh="{file}: 无法在 chapters 里加一行；请自己加上，然后再运行：{entry}",
    en="{file}: no line can be added to chapters; add it by hand, then again: {entry}",
)
NO_CHAPTERS = re.compile(r"^chapters:[ \t]*\[[ \t]*\]", re.MULTILINE)
OPEN_FOR, WEEK = timedelta(days=14), timedelta(days=7)
TICK = timedelta(seconds=1)


def with_chapter(path: Path, course: Course, chapter_id: str) -> str:
    """Return the text of course.yml with the lines of a new chapter, which opens when the others are over.

    Weeks are added only where a line can be; `lacking_weeks` of the course then tells what is missing.

    Raises:
        AuthoringError: Where no line can be added to the chapters.
    """
    opens, due = _time_of_next(course)
    entry = f"{{id: {chapter_id}, opens: {_said(opens)}, due: {_said(due)}, weight: 1}}"
    weeks = _weeks(course, chapter_id, opens, due)
    for added in (weeks, []) if weeks else ([],):
        text = _inserted(path, course, entry, added)
        found = _loaded(text)
        if (
            found is not None
            and [one.id for one in found.chapters] == [*(one.id for one in course.chapters), chapter_id]
            and len(found.checkins) == len(course.checkins) + len(added)
        ):
            return text
    raise AuthoringError(NO_LINE.format(file=path.name, entry=entry))


def lacking_weeks(course: Course, chapter_id: str) -> list[str]:
    """Return the entries for `checkins` that would give a chapter its weeks; none where it needs none."""
    dates = course.chapter(chapter_id)
    return _weeks(course, chapter_id, dates.opens, dates.due) if dates else []


def _time_of_next(course: Course) -> tuple[datetime, datetime]:
    today = datetime.now(course.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    opens = max((chapter.due + TICK for chapter in course.chapters), default=today).astimezone(course.zone)
    return opens, opens + OPEN_FOR - TICK


def _weeks(course: Course, chapter_id: str, opens: datetime, due: datetime) -> list[str]:
    """Return the weeks of a chapter's time that come after those of the course, which goes on with its check-ins."""
    if not course.checkins or any(one.chapter == chapter_id for one in course.checkins):
        return []
    begin = max(opens, *(one.due + TICK for one in course.checkins)).astimezone(course.zone)
    number, found = max(one.week for one in course.checkins), []
    while begin < due:
        number, end = number + 1, min(begin + WEEK - TICK, due.astimezone(course.zone))
        found.append(f"{{week: {number}, opens: {_said(begin)}, due: {_said(end)}, chapter: {chapter_id}}}")
        begin = end + TICK
    return found


def _said(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _inserted(path: Path, course: Course, entry: str, weeks: list[str]) -> str:
    """Return the text with the entries after the last ones of their lists; as it is where that is not seen."""
    text = path.read_text("utf-8")
    lines, document = text.splitlines(keepends=True), read_document(path, path.name)
    lists = [("chapters", len(course.chapters), [entry])] if course.chapters else []
    lists += [("checkins", len(course.checkins), weeks)] if weeks else []
    for first, entries in sorted(((document.line((key, count - 1)), new) for key, count, new in lists), reverse=True):
        if found := re.match(r"( *)- ", lines[first - 1]):
            place = _end_of_entry(lines, first, len(found[1]))
            if not lines[place - 1].endswith("\n"):
                lines[place - 1] += "\n"
            lines[place:place] = [f"{found[1]}- {one}\n" for one in entries]
    text = "".join(lines)
    return text if course.chapters else NO_CHAPTERS.sub(lambda _: f"chapters:\n  - {entry}", text, count=1)


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


def _loaded(text: str) -> Course | None:
    """Return the course of a course.yml given as text, None where it cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / COURSE_FILE
        path.write_text(text, "utf-8")
        try:
            return load_course(path)
        except CourseError:
            return None
