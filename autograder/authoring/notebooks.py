"""From `source/<chapter>/notebook.py` to the instructor's and the student's notebook and the solution module."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from autograder.authoring.answers import LEAKED, MARKER, leaks, module_text, solution_lines
from autograder.authoring.code import check_code
from autograder.authoring.prose import Declarations, filled, unwrapped
from autograder.constants import Values, written_out
from autograder.course import Chapter
from autograder.course.chapter import Task
from autograder.course.loading import languages_beside
from autograder.errors import AuthoringError, AutograderError
from autograder.text import LANGUAGES, Json, Language, Text
from autograder.writing import write_changed

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TAGGED = re.compile(r"^(\s*# )([a-z]{2,3}(?:-\w+)?): ?(.*)$")
WRITTEN = re.compile(r"\bwritten=['\"]([^'\"]+)")
KINDS = {"task": "code", "check": "code", "written": "written"}
# nbgrader's `generate_assignment` in its own order, less: SaveCells (needs the database), IncludeHeaderFooter and
# InstantiateTests (do nothing without a header file or an AUTOTEST line).
PREPROCESSORS = (
    "LockCells",
    "ClearSolutions",
    "ClearOutput",
    "CheckCellMetadata",
    "ComputeChecksums",
    "ClearHiddenTests",
    "ClearMarkScheme",
    "ComputeChecksums",
    "CheckCellMetadata",
)
IN_NOTEBOOK = Text(zh="source/{chapter}/notebook.py: {said}", en="source/{chapter}/notebook.py: {said}")
TWICE = Text(zh="有两个单元是 {key}={name!r}；请只留一个", en="two cells are {key}={name!r}; keep one")
NO_TASK = Text(
    zh="{key}={name!r} 不是 chapter.yml 里的任务，那里有 {known}",
    en="{key}={name!r} is no task of chapter.yml, which has {known}",
)
OTHER_KIND = Text(
    zh="{key}={name!r}: chapter.yml 里这个任务的 kind 是 {kind!r}",
    en="{key}={name!r}: chapter.yml says that this task is of kind {kind!r}",
)
THE_CELL = Text(zh="单元 {name!r}", en="the cell {name!r}")
CELL_STARTING = Text(zh="以 {start} 开头的单元", en="the cell that starts with {start}")
NO_REGION_HERE = Text(
    zh="{cell} 里有答案区；只有 task= 或 written= 的单元可以有",
    en="{cell} has a solution region; only cells with task= or written= may have one",
)
UNPAIRED = Text(
    zh="{cell} 里每一行 ### BEGIN SOLUTION 之后都要有一行 ### END SOLUTION",
    en="{cell} needs a line ### END SOLUTION after each ### BEGIN SOLUTION",
)
NO_REGION = Text(
    zh="{cell} 里没有答案区；请在答案前后写上 ### BEGIN SOLUTION 和 ### END SOLUTION",
    en="{cell} has no solution region; put ### BEGIN SOLUTION and ### END SOLUTION around it",
)
NO_LANGUAGE = Text(
    zh="lang={lang!r} 不是这门课程的语言：{known}", en="lang={lang!r} is no language of the course: {known}"
)
COUNT_IN = Text(zh='{count} 个 lang="{lang}"', en='{count} with lang="{lang}"')
NO_TWIN = Text(
    zh="单元：{counts}，在以 {start} 开头的正文里；每段文字都要有课程的全部语言",
    en="cells: {counts}, in the prose that starts with {start}; every text stands in all languages of the course",
)
NO_ANSWER = Text(
    zh="第 {line} 行：问题 {name!r} 没有答案；请在它下面写一个，放在 # ### BEGIN SOLUTION 和 # ### END SOLUTION 之间",
    en="line {line}: the question {name!r} has no answer; write one below it, "
    "between # ### BEGIN SOLUTION and # ### END SOLUTION",
)
NO_CELL = Text(
    zh='任务 {name!r} 没有 {key}="{name}" 的单元；请加上', en='task {name!r} has no cell {key}="{name}"; add one'
)
NOT_FOUND = Text(
    zh="{path}: 没有这个文件；每一章的 chapter.yml 旁边都要有 notebook.py",
    en="{path}: not found; a chapter needs a notebook.py beside its chapter.yml",
)


def instructor_notebook(
    source: str,
    chapter: Chapter,
    language: Language,
    declarations: Declarations | None = None,
    languages: Sequence[Language] = LANGUAGES,
    values: Values | None = None,
) -> NotebookNode:
    """Return the filled notebook, in one language, solution markers kept, with nbgrader's metadata.

    Args:
        source: The text of notebook.py.
        declarations: The networks that its prose may name, none by default.
        languages: Those of the course.
        values: Of the constants in its code, by default the paper's. Raises AuthoringError where notebook and
            chapter.yml do not fit together, or a text lacks a language.
    """
    read = jupytext.reads(source, fmt="py:percent").cells
    _twins(read, chapter, languages)
    _answered(source, chapter)
    cells, numbers = [], Counter[str]()
    seen: set[str] = set()
    for cell in read:
        if cell.metadata.get("lang", language) != language:
            continue
        name, grading = _role(cell, chapter, seen)
        if not name:
            group = "prose" if cell.cell_type == "markdown" else "code"
            numbers[group] += 1
            name = f"{group}-{numbers[group]:02}"
        if name.startswith("check-") and (later := announced(chapter, cell.metadata["check"], language)):
            cells.append(nbformat.v4.new_markdown_cell(later, id=f"hidden-{name}".replace("_", "-")))
        new = _cell(cell, chapter, (language, *languages), declarations or Declarations(Path(), chapter.id))
        if cell.cell_type != "markdown":
            new["source"] = _with_numbers(new["source"], chapter.paper if values is None else values)
        new["id"] = name.replace("_", "-")
        if grading:
            new.metadata["nbgrader"] = {"grade_id": name, "schema_version": 3, "task": False, **grading}
        cells.append(new)
    _complete(chapter, seen)
    origin = f"source/{chapter.id}/notebook.py"
    note = {"generated_from": origin, "note": f"generated from {origin}, do not edit", "language": language}
    return nbformat.v4.new_notebook(cells=cells, metadata={**KERNEL, "autograder": {"chapter": chapter.id, **note}})


def _with_numbers(source: str, values: Values) -> str:
    """Return code with numbers for the names of constants in solution regions: what students read has the names."""
    lines, inside = [], False
    for line in source.split("\n"):
        if match := MARKER.search(line):
            inside = match[1] == "BEGIN"
        lines.append(written_out(line, values) if inside else line)
    return "\n".join(lines)


HIDDEN = Text(
    zh="**隐藏检查（{points:g} 分）**：下面的单元不检查这几条，交上去以后评分时才检查（公开的检查那时也换用另外的输入）：",
    en="**Hidden checks ({points:g} points)**: the next cell does not check the following. They are checked when "
    "your answer is graded (the public checks then use other inputs too):",
)


def announced(chapter: Chapter, task_id: str, language: Language) -> str:
    """Return what a student reads about the hidden checks of a task: their points and what they ask; empty without any."""
    task = chapter.task(task_id)
    hidden = [entry for entry in task.checks if entry.hidden] if task else []
    if not hidden:
        return ""
    points = math.fsum(entry.points for entry in hidden)
    hints = [entry.hint.to(language) for entry in hidden if entry.hint]
    return "\n".join([HIDDEN.format(points=points).to(language), "", *(f"- {hint}" for hint in hints)]).strip()


def _error(chapter: Chapter, said: Text) -> AuthoringError:
    return AuthoringError(IN_NOTEBOOK.format(chapter=chapter.id, said=said))


def _cell(cell: Any, chapter: Chapter, languages: Sequence[Language], declarations: Declarations) -> Any:
    """Return a new cell in the first of the languages that there are, its placeholders replaced."""
    language = languages[0]
    if cell.cell_type != "markdown":
        return nbformat.v4.new_code_cell(_in_language(cell.source, language, languages))
    try:
        prose = unwrapped(cell.source) if language == "zh" else cell.source
        return nbformat.v4.new_markdown_cell(filled(prose, language, declarations))
    except AutograderError as error:
        raise _error(chapter, error.said) from error


def _role(cell: Any, chapter: Chapter, seen: set[str]) -> tuple[str, dict[str, Json]]:
    """Return a cell's grade id and nbgrader metadata, both empty for a cell without a role; note the id in `seen`."""
    tags = cell.metadata
    key = next((key for key in ("setup", *KINDS) if key in tags), "")
    _markers(cell, chapter, tags.get(key, ""), required=key == "task", allowed=key in ("task", "written"))
    if not key:
        return "", {}
    task = None if key == "setup" else _task(chapter, key, tags[key])
    name = "setup" if task is None else f"check-{task.id}" if key == "check" else task.id
    if key == "task":
        name = _numbered(name, seen)
    if name in seen:
        raise _error(chapter, TWICE.format(key=key, name=tags[key]))
    seen.add(name)
    if task is None:
        return name, {"grade": False, "locked": True, "solution": False}
    if key == "task":
        return name, {"grade": False, "locked": False, "solution": True}
    written = key == "written"
    return name, {"grade": True, "locked": not written, "solution": written, "points": task.points}


def _numbered(name: str, seen: set[str]) -> str:
    numbers = range(2, len(seen) + 3)
    return next(free for free in (name, *(f"{name}-{number}" for number in numbers)) if free not in seen)


def _task(chapter: Chapter, key: str, task_id: str) -> Task:
    task = chapter.task(task_id)
    if task is None:
        known = ", ".join(task.id for task in chapter.tasks)
        raise _error(chapter, NO_TASK.format(key=key, name=task_id, known=known))
    if task.kind != KINDS[key]:
        raise _error(chapter, OTHER_KIND.format(key=key, name=task_id, kind=task.kind))
    return task


def _markers(cell: Any, chapter: Chapter, name: str, *, required: bool, allowed: bool) -> None:
    found = [match[1] for line in cell.source.splitlines() if (match := MARKER.search(line))]
    place = THE_CELL.format(name=name) if name else CELL_STARTING.format(start=cell.source.splitlines()[:1])
    if found and not allowed:
        raise _error(chapter, NO_REGION_HERE.format(cell=place))
    if found != ["BEGIN", "END"] * (len(found) // 2):
        raise _error(chapter, UNPAIRED.format(cell=place))
    if required and not found:
        raise _error(chapter, NO_REGION.format(cell=place))


def _twins(cells: Iterable[Any], chapter: Chapter, languages: Sequence[Language]) -> None:
    """Raise AuthoringError unless each run of prose holds the same cells in all languages of the course."""
    for prose, run in groupby(cells, key=lambda cell: bool(cell.cell_type == "markdown")):
        texts = list(run)
        for cell in texts:
            if cell.metadata.get("lang", languages[0]) not in (*languages, *LANGUAGES):
                about = {"lang": cell.metadata["lang"], "known": ", ".join(languages)}
                raise _error(chapter, NO_LANGUAGE.format(**about))
        tags = [(cell.metadata.get("lang"), cell.metadata.get("written", "")) for cell in texts]
        cells_in = {name: Counter(written for lang, written in tags if lang == name) for name in languages}
        if prose and any(found != cells_in[languages[0]] for found in cells_in.values()):
            start = texts[0].source.splitlines()[:1]
            counts = [COUNT_IN.format(count=found.total(), lang=name) for name, found in cells_in.items()]
            raise _error(chapter, NO_TWIN.format(counts=Text.joined(counts, " and "), start=start))


def _answered(source: str, chapter: Chapter) -> None:
    """Raise AuthoringError for a question without an answer: nbgrader would replace the whole cell, question and all."""
    lines = source.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("# %%")]
    for start, end in pairwise([*heads, len(lines)]):
        match = WRITTEN.search(lines[start])
        if match and not any(MARKER.search(line) for line in lines[start:end]):
            raise _error(chapter, NO_ANSWER.format(line=start + 1, name=match[1]))


def _complete(chapter: Chapter, seen: set[str]) -> None:
    for task in chapter.tasks:
        wanted = {task.id: "written"}
        if task.kind == "code":
            wanted = {} if _only_trains(task, chapter) else {task.id: "task"}
            wanted[f"check-{task.id}"] = "check"
        for name, key in wanted.items():
            if name not in seen:
                raise _error(chapter, NO_CELL.format(name=task.id, key=key))


def _only_trains(task: Task, chapter: Chapter) -> bool:
    """Return whether the weights file alone answers a task: then there is nothing to fill in."""
    return chapter.accuracy is not None and chapter.accuracy.task == task.id and len(task.checks) <= 1


def _in_language(source: str, language: Language, languages: Sequence[Language]) -> str:
    lines = []
    for line in source.splitlines():
        match = TAGGED.match(line)
        if match is None or match[2] not in (*languages, *LANGUAGES):
            lines.append(line)
        elif match[2] == language:
            lines.append(match[1] + match[3])
    return "\n".join(lines)


def solution_text(root: Path, chapter: Chapter, language: Language, values: Values) -> str:
    """Return the importable module of the reference with other values of the chapter's constants than the paper's."""
    return module_text(solved_notebook(root, chapter, language, values), chapter)


def solved_notebook(root: Path, chapter: Chapter, language: Language, values: Values) -> NotebookNode:
    """Return the filled notebook with other values of the chapter's constants than the paper's."""
    path = root / "source" / chapter.id / "notebook.py"
    declarations, languages = Declarations(root / "source", chapter.id), languages_beside(path.parent)
    return instructor_notebook(path.read_text("utf-8"), chapter, language, declarations, languages, values)


def student_notebook(instructor: NotebookNode) -> NotebookNode:
    """Return the assignment: solutions cleared, cells locked, checksums computed, by nbgrader's own preprocessors.

    Equal to what `nbgrader generate_assignment` makes of the same notebook; the argument stays as it is.
    """
    from nbgrader import preprocessors

    notebook: Any = nbformat.from_dict(instructor)
    resources: dict[str, Json] = {}
    for name in PREPROCESSORS:
        notebook, resources = getattr(preprocessors, name)().preprocess(notebook, resources)
    return notebook


GUIDE = Text(
    zh="# 评分要点：{title}\n\n给助教看，不发给学生。参考答案在 solutions/ 里的笔记本中。\n",
    en="# Marking guide: {title}\n\nFor teaching assistants, not for students. An answer is in the notebook in solutions/.\n",
)
QUESTION = Text(zh="## {title}（{points} 分）\n\n{guide}\n", en="## {title} ({points} points)\n\n{guide}\n")


def marking_guide(chapter: Chapter, language: Language) -> str:
    """Return the teaching assistants' page about the written questions of a chapter, empty where there are none."""
    written = [task for task in chapter.tasks if task.question_guide is not None]
    if not written:
        return ""
    note = f"<!-- generated from source/{chapter.id}/chapter.yml, do not edit -->\n"
    parts = [note + GUIDE.to(language).format(title=chapter.title.to(language))]
    for task in written:
        assert task.question_guide is not None
        guide = task.question_guide.to(language).strip()
        values = {"title": task.title.to(language), "points": f"{task.points:g}", "guide": guide}
        parts.append(QUESTION.to(language).format(**values))
    return "\n".join(parts)


def write_chapter(
    root: Path,
    chapter: Chapter,
    language: Language,
    *,
    assignments_dir: Path | None = None,
    solutions_dir: Path | None = None,
    check: bool = False,
) -> list[str]:
    """Write the two notebooks, the module and the marking guide; return the files that changed (with `check`: differ,
    nothing is written).

    Args:
        root: The course folder; the other two: where to write instead of its `assignments/` and `solutions/`.

    Raises:
        AuthoringError: Where the source cannot be built, or a solution line would reach the students.
    """
    path = root / "source" / chapter.id / "notebook.py"
    if not path.is_file():
        raise AuthoringError(NOT_FOUND.format(path=path))
    declarations = Declarations(root / "source", chapter.id)
    languages = languages_beside(path.parent)
    source = path.read_text("utf-8")
    instructor = instructor_notebook(source, chapter, language, declarations, languages)
    module = module_text(instructor, chapter)
    check_code(source, module, chapter)
    student = nbformat.writes(student_notebook(instructor)) + "\n"
    if leaked := leaks({f"{chapter.id}.ipynb": student}, solution_lines(instructor)):
        raise _error(chapter, LEAKED.format(place=leaked[0]))
    assignments = (assignments_dir or root / "assignments") / chapter.id
    solutions = (solutions_dir or root / "solutions") / chapter.id
    files = {
        assignments / f"{chapter.id}.ipynb": student,
        solutions / f"{chapter.id}.ipynb": nbformat.writes(instructor) + "\n",
        solutions / f"{chapter.id}.py": module,
    }
    if guide := marking_guide(chapter, language):
        # Not in solutions/: whatever lies there, nbgrader may copy beside the assignment.
        files[solutions.parent.parent / "marking" / f"{chapter.id}.md"] = guide
    changed = write_changed(files, check=check)
    return [str(file.relative_to(root) if file.is_relative_to(root) else file) for file in changed]
