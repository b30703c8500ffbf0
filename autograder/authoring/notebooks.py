"""From `source/<chapter>/notebook.py` to the instructor's and the student's notebook and the solution module."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from autograder.course import Chapter
from autograder.errors import AutograderError
from autograder.text import LANGUAGES, Language

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TAGGED = re.compile(r"^(\s*# )(zh|en): ?(.*)$")
MARKER = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$")
SHORTEST_SECRET = 12


class AuthoringError(AutograderError):
    """A source notebook that cannot be built."""


def instructor_notebook(source: str, chapter: Chapter, language: Language) -> Any:
    """Return the filled notebook, in one language, solution markers kept, with nbgrader's metadata."""
    cells, numbers = [], dict.fromkeys(("prose", "code"), 0)
    read = jupytext.reads(source, fmt="py:percent").cells
    _twins(read, chapter)
    seen: set[str] = set()
    for cell in read:
        tags = cell.metadata
        if tags.get("lang", language) != language:
            continue
        name, grading = _role(tags, chapter, seen)
        if not name:
            group = "prose" if cell.cell_type == "markdown" else "code"
            numbers[group] += 1
            name = f"{group}-{numbers[group]:02}"
        text = cell.source if cell.cell_type == "markdown" else _in_language(cell.source, language)
        new = nbformat.v4.new_markdown_cell(text) if cell.cell_type == "markdown" else nbformat.v4.new_code_cell(text)
        new["id"] = name.replace("_", "-")
        if grading:
            new.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, "task": False, **grading}
        cells.append(new)
    _complete(chapter, seen)
    origin = f"source/{chapter.id}/notebook.py"
    note = {"generated_from": origin, "note": f"generated from {origin}, do not edit", "language": language}
    return nbformat.v4.new_notebook(cells=cells, metadata={**KERNEL, "autograder": {"chapter": chapter.id, **note}})


def _role(tags: Any, chapter: Chapter, seen: set[str]) -> tuple[str, dict[str, Any]]:
    for key in ("task", "check", "written"):
        if key in tags and chapter.task(tags[key]) is None:
            raise AuthoringError(f"source/{chapter.id}/notebook.py: {key}={tags[key]!r} is no task of chapter.yml")
    if "setup" in tags:
        return "setup", {"grade": False, "locked": True, "solution": False}
    if "task" in tags:
        name = tags["task"]
        while name in seen:
            name += "-more"
        seen.add(name)
        return name, {"grade": False, "locked": False, "solution": True}
    for key, solution in (("check", False), ("written", True)):
        if key in tags:
            task = chapter.task(tags[key])
            assert task is not None
            name = task.id if solution else f"check-{task.id}"
            seen.add(name)
            return name, {"grade": True, "locked": not solution, "solution": solution, "points": task.points}
    return "", {}


def _twins(cells: Any, chapter: Chapter) -> None:
    counts = {lang: sum(cell.metadata.get("lang") == lang for cell in cells) for lang in LANGUAGES}
    if counts["zh"] != counts["en"]:
        raise AuthoringError(
            f'source/{chapter.id}/notebook.py: {counts["zh"]} cells with lang="zh" and {counts["en"]} with lang="en"; '
            "every text stands in both languages"
        )


def _complete(chapter: Chapter, seen: set[str]) -> None:
    for task in chapter.tasks:
        wanted = task.id if task.kind == "written" else f"check-{task.id}"
        if wanted not in seen:
            raise AuthoringError(f"source/{chapter.id}/notebook.py: task {task.id!r} has no cell {wanted!r}")


def _in_language(source: str, language: Language) -> str:
    lines = []
    for line in source.splitlines():
        match = TAGGED.match(line)
        if match is None:
            lines.append(line)
        elif match[2] == language:
            lines.append(match[1] + match[3])
    return "\n".join(lines)


def student_notebook(instructor: Any) -> Any:
    """Return the assignment: solutions cleared, cells locked, checksums computed, by nbgrader's own preprocessors."""
    from nbgrader import preprocessors

    notebook: Any = nbformat.from_dict(instructor)
    resources: dict[str, Any] = {}
    for name in ("LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata", "ComputeChecksums"):
        notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
    return notebook


def module_text(instructor: Any, chapter: Chapter) -> str:
    """Return the importable module: the imports of the setup cell and every answer, without markers."""
    parts = [f"# generated from source/{chapter.id}/notebook.py, do not edit"]
    for cell in instructor.cells:
        grading = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and grading.get("grade_id") == "setup":
            imports = [line for line in cell.source.splitlines() if line.startswith(("import ", "from "))]
            parts.append("\n".join(line for line in imports if "autograder" not in line))
        elif cell.cell_type == "code" and grading.get("solution"):
            parts.append("\n".join(line for line in cell.source.splitlines() if not MARKER.match(line)))
    return "\n\n\n".join(parts) + "\n"


def solution_lines(instructor: Any) -> set[str]:
    """Return the lines that stand only inside solution regions."""
    inside: set[str] = set()
    outside: set[str] = set()
    for cell in instructor.cells:
        current = outside
        for line in cell.source.splitlines():
            if match := MARKER.match(line):
                current = inside if match[1] == "BEGIN" else outside
            elif len(line.strip()) >= SHORTEST_SECRET:
                current.add(line.strip())
    return inside - outside


def leaks(student: Any, secret: set[str]) -> list[str]:
    """Return the solution lines that stand in a student's notebook; prose may name a short call such as `model.eval()`."""
    shown = "\n".join(cell.source for cell in student.cells)
    lines = {line.strip() for line in shown.splitlines()}
    return sorted(line for line in secret if line in lines or (len(line) >= 2 * SHORTEST_SECRET and line in shown))


def write_chapter(root: Path, chapter: Chapter, language: Language, *, check: bool = False) -> list[str]:
    """Write the two notebooks and the module; return what changed. With `check` write nothing."""
    source = (root / "source" / chapter.id / "notebook.py").read_text("utf-8")
    instructor = instructor_notebook(source, chapter, language)
    student = student_notebook(instructor)
    text = nbformat.writes(student) + "\n"
    if leaked := leaks(student, solution_lines(instructor)):
        raise AuthoringError(f"source/{chapter.id}/notebook.py: a solution line reaches the students: {leaked[0]}")
    files = {
        f"assignments/{chapter.id}/{chapter.id}.ipynb": text,
        f"solutions/{chapter.id}/{chapter.id}.ipynb": nbformat.writes(instructor) + "\n",
        f"solutions/{chapter.id}/{chapter.id}.py": module_text(instructor, chapter),
    }
    changed = []
    for name, content in files.items():
        path = root / name
        if not path.exists() or path.read_text("utf-8") != content:
            changed.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, content)
    return changed


def write_atomically(path: Path, content: str) -> None:
    """Write a file so that a reader sees the old or the new content, whatever happens in between."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(content, "utf-8")
    unfinished.replace(path)
