"""Feedback pages that a TA returned, read back: points by task, what each check found, comments."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from autograder.errors import AutograderError
from autograder.text import Text

GENERATOR = "palm-autograder feedback"
MAX_MIB = 64
NOT_THERE = Text(
    zh="没有 {path}；请给出老师发回的 .html、.zip 或文件夹",
    en="there is no {path}; give the .html, the .zip or the folder that your teacher returned, as in: autograder results FOLDER",
)
NO_PAGE = Text(
    zh="{path} 里没有反馈页；请给出老师发回的 .html、.zip 或文件夹",
    en="{path} holds no feedback page; give the .html, the .zip or the folder that your teacher returned, as in: autograder results FOLDER",
)
NOT_READ = Text(zh="读不了 {path} ({error})", en="{path} cannot be read ({error})")
BLOCKS = frozenset(("div", "p", "br", "tr", "li", "pre", "h1"))


class ReturnedError(AutograderError):
    """Feedback that is not there or cannot be read."""


@dataclass
class Task:
    """One task of a page.

    Attributes:
        head: Its name and points.
        lines: What the checks found, and the TA's comment.
    """

    head: str
    lines: list[str] = field(default_factory=list)


@dataclass
class Feedback:
    """One page.

    Attributes:
        title: Of the chapter.
        points: The line with the points of all.
    """

    source: str
    title: str = ""
    points: str = ""
    tasks: list[Task] = field(default_factory=list)


def feedback_in(path: Path) -> list[Feedback]:
    """Return the feedback pages in a file, a zip or a folder, sorted by name.

    Raises:
        ReturnedError: there is none.
    """
    if not path.exists():
        raise ReturnedError(NOT_THERE.format(path=path))
    try:
        found = [read for name, text in _pages(path) if (read := read_page(name, text)) is not None]
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ReturnedError(NOT_READ.format(path=path, error=error)) from error
    if not found:
        raise ReturnedError(NO_PAGE.format(path=path))
    return found


def read_page(source: str, text: str) -> Feedback | None:
    """Return what a feedback page says; None for another page."""
    reader = _Reader(Feedback(source))
    reader.feed(text)
    reader.close()
    reader.end_line()
    return reader.page if reader.ours else None


def _pages(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix.lower() in (".html", ".htm", ".zip"):
                yield from _pages(file)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in sorted(archive.infolist(), key=lambda one: one.filename):
                if member.filename.lower().endswith((".html", ".htm")) and member.file_size <= MAX_MIB << 20:
                    yield f"{path}!{member.filename}", archive.read(member).decode("utf-8", "replace")
    elif path.stat().st_size <= MAX_MIB << 20:
        yield str(path), path.read_text("utf-8", "replace")


class _Reader(HTMLParser):
    """Reads the parts of a page that are told in a terminal. ours: it is a feedback page."""

    def __init__(self, page: Feedback) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.ours = page, False
        self._where: list[tuple[str, str]] = []  # open elements that matter, each with what it holds
        self._line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and (given.get("name"), given.get("content")) == ("generator", GENERATOR):
            self.ours = True
        if tag in BLOCKS:
            self.end_line()
        if tag in ("h1", "p", "section", "div"):
            names = given.get("class", "").split()
            kind = "task" if tag == "section" and "task" in names else ""
            kind = next(
                (name for name in ("head", "autograder-head", "autograder-card", "comment") if name in names), kind
            )
            self._where.append((tag, kind or (tag if tag in ("h1", "p") else "")))
            if kind == "task":
                self.page.tasks.append(Task(""))

    def handle_endtag(self, tag: str) -> None:
        """Note what ends."""
        if tag in BLOCKS:
            self.end_line()
        if any(tag == name for name, _ in self._where):
            while self._where.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take a text along, but for the links back to the top."""
        if self.lasttag == "a" and self._where and self._where[-1][1] == "head":
            return
        self._line += data.replace("\n", " ")

    def end_line(self) -> None:
        """Put the line that ends where it belongs."""
        line, self._line = " ".join(self._line.split()), ""
        kinds = [kind for _, kind in self._where if kind]
        if not line or not kinds:
            return
        if kinds[0] == "h1" and not self.page.title:
            self.page.title = line
        elif kinds == ["p"] and not self.page.points:
            self.page.points = line
        elif kinds[0] == "task" and len(kinds) > 1:
            task = self.page.tasks[-1]
            if kinds[1] == "head":
                task.head = line.rstrip(" ·")
            elif kinds[1] in ("autograder-card", "comment") and "autograder-head" not in kinds:
                task.lines.append(line)
