"""The report as a folder of pages: written whole or not at all, file by file; pages of who has left go."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from autograder.errors import AutograderError
from autograder.report.gather import ClassReport
from autograder.report.pages import CLASS_PAGES, GENERATOR, Pages
from autograder.text import Language, Text
from autograder.writing import write_changed

STUDENTS = "students"
MARK = f'<meta name="generator" content="{GENERATOR}">'
NO_PAGE = Text(
    zh="{path} 不是报告的页面；请换一个文件夹，或者把它移走",
    en="{path} is not a page of a report; choose another folder, or move it away",
)
HEAD = 2000  # bytes in which the mark stands
# Names that a file cannot have on Windows, to which a page may be handed out.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.ASCII)
PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}", re.ASCII)


class ReportError(AutograderError):
    """A report that cannot be written."""


def page_name(student: str) -> str:
    """Return the name of a student's file: the id where every system takes it, else what can be read of it and a hash."""
    if PLAIN.fullmatch(student) and not RESERVED.fullmatch(student):
        return f"{student}.html"
    readable = re.sub(r"[^a-z0-9]+", "-", student.lower()).strip("-")[:40]
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{readable or 'student'}-{digest}.html"


def write_site(
    folder: Path, report: ClassReport, language: Language, done: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write the pages and return all of them; `done` is called after each student's page.

    Raises:
        ReportError: a file in the way that is no page of ours.
    """
    pages = Pages(report, language, page_name)
    targets = [folder / name for name in CLASS_PAGES]
    own = {folder / STUDENTS / page_name(one.summary.student.id): one for one in report.students}
    for path in (*targets, *own):
        if path.exists() and not is_ours(path):
            raise ReportError(NO_PAGE.format(path=path))
    (folder / STUDENTS).mkdir(parents=True, exist_ok=True)
    for path, student in own.items():
        write_changed({path: pages.student_page(student)})
        done()
    write_changed({folder / name: text for name, text in pages.class_pages()})
    for path in sorted((folder / STUDENTS).glob("*.html")):
        if path not in own and is_ours(path):
            path.unlink()
    return [*targets, *own]


def is_ours(path: Path) -> bool:
    """Return True if a file is a page that a report wrote."""
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        return MARK.encode() in file.read(HEAD)
