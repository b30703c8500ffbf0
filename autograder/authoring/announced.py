"""Which sentence of the student's text announces what a hidden check asks for: nobody fails what they were not told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.course import Chapter
from autograder.text import Language

# A sentence ends at its mark, a requirement in a list with its item, at an empty line or at a heading.
END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n\s*\n|\n(?=\s*(?:[-*#]|\d+\.) )")
BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Announcement:
    """A hidden check, and the sentence that announces it: None where chapter.yml quotes none; missing: what it quotes in vain."""

    check: str
    sentence: str | None = None
    missing: str = ""


def announcements(chapter: Chapter, student: NotebookNode, language: Language) -> Iterator[Announcement]:
    """Yield the announcement of each hidden check. student: the assignment, in `language`."""
    sentences = list(_sentences(student))
    for task, entry in chapter.checks():
        if not entry.hidden:
            continue
        quoted = _plain(entry.announced.to(language)) if entry.announced else ""
        found = next((one for one in sentences if quoted and quoted in one), None)
        yield Announcement(task.full_id(entry), found, quoted if found is None else "")


def _sentences(student: NotebookNode) -> Iterator[str]:
    for cell in student.cells:
        if cell.cell_type == "markdown":
            yield from filter(None, (_plain(one).lstrip("-*# ") for one in END.split(cell.source)))


def _plain(text: str) -> str:
    return BLANKS.sub(" ", text).strip()
