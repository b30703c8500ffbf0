"""The answers of a filled notebook: as an importable module, and as the lines that no student file may hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Set

import nbformat
from nbformat import NotebookNode

from autograder.course import Chapter
from autograder.errors import AuthoringError
from autograder.text import Text

# As nbgrader looks for them: anywhere in a line.
MARKER = re.compile(r"(BEGIN|END) SOLUTION")
MIN_SECRET_LENGTH = 12
MIN_QUOTED_SECRET_LENGTH = 24

SETUP = Text(
    zh="source/{chapter}/notebook.py: setup 单元不是纯 Python ({why}: {shown!r})；请把魔法命令移到没有标记的单元里",
    en="source/{chapter}/notebook.py: the setup cell is not plain Python ({why}: {shown!r}); move magics into a cell without tags",
)
LEAKED = Text(zh="有一行答案会到学生手里：{place}", en="a solution line reaches the students: {place}")


def module_text(instructor: NotebookNode, chapter: Chapter) -> str:
    """Return the importable module: the imports of the setup cell and every answer, without markers.

    Imports from this package are left out: an answer must not need it.

    Raises:
        AuthoringError: Where the setup cell is not plain Python.
    """
    parts = [f"# generated from source/{chapter.id}/notebook.py, do not edit"]
    for cell in instructor.cells:
        grading = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and grading.get("grade_id") == "setup":
            parts.append("\n".join(_imports(cell.source, chapter)))
        elif cell.cell_type == "code" and grading.get("solution"):
            parts.append("\n".join(line for line in cell.source.splitlines() if not MARKER.search(line)))
    return "\n\n\n".join(parts) + "\n"


def _imports(source: str, chapter: Chapter) -> Iterator[str]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        shown = (error.text or "").strip()
        raise AuthoringError(SETUP.format(chapter=chapter.id, why=error.msg, shown=shown)) from error
    lines = source.splitlines()
    for statement in statements:
        if isinstance(statement, ast.Import):
            modules = [alias.name for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom):
            modules = [statement.module or ""]
        else:
            continue
        if "autograder" not in {name.split(".")[0] for name in modules}:
            yield from lines[statement.lineno - 1 : statement.end_lineno]


def solution_lines(instructor: NotebookNode) -> set[str]:
    """Return the lines, stripped, of 12 characters or more that stand only inside solution regions."""
    inside: set[str] = set()
    outside: set[str] = set()
    for cell in instructor.cells:
        current = outside
        for line in cell.source.splitlines():
            if match := MARKER.search(line):
                current = inside if match[1] == "BEGIN" else outside
            elif len(line.strip()) >= MIN_SECRET_LENGTH:
                current.add(line.strip())
    return inside - outside


def leaks(student_files: Mapping[str, str], lines: Set[str]) -> list[str]:
    """Return `file: line` for each solution line that stands in a student's file; `student_files`: name → text.

    A line counts as a whole, and from 24 characters on also inside another; prose may name a short call such as
    `model.eval()`. Of a notebook the cells are searched, because JSON escapes quotes.
    """
    found = []
    for name in sorted(student_files):
        shown = _shown(name, student_files[name])
        whole = {line.strip() for line in shown.splitlines()}
        found += [
            f"{name}: {line}"
            for line in sorted(lines)
            if line in whole or (len(line) >= MIN_QUOTED_SECRET_LENGTH and line in shown)
        ]
    return found


def _shown(name: str, text: str) -> str:
    if not name.endswith(".ipynb"):
        return text
    return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
