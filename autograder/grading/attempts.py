"""Graded notebooks: one is kept for each attempt, and the one that counts is shown to nbgrader.

Workers use this for every submission, so nothing here imports nbconvert or nbgrader, which takes seconds.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.grading.attempt_choice import Graded, choice_said, chosen_result
from autograder.grading.card import SHOWN, card, shown_metadata
from autograder.grading.markdown import inert
from autograder.grading.render import Renderer, Words
from autograder.grading.wording import LATER
from autograder.portable.older import paired
from autograder.store.result import Finding, Result
from autograder.store.results import ResultStore
from autograder.submission.cells import Cell, Notebook, language_of
from autograder.text import Language, Text, told
from autograder.untrusted.outside import plain_text
from autograder.writing import OF_THE_MACHINE, write_atomically, write_changed

# In both languages: it is about a course graded by an older autograder, whose language then is not known.
NOT_SHOWN = Text(
    zh="{student} {chapter}: 已评分，但笔记本没能写进 autograded/ ({said})；下一次 autograder grade 会再写",
    en="{student} {chapter}: graded, but its notebook could not be written to autograded/ ({said}); the next "
    "autograder grade writes it",
)
SURPLUS = Text(
    zh="最新的第 {number} 次提交不算数：{refused}。它的检查结果：",
    en="The newest attempt, number {number}, does not count: {refused}. What the checks found of it:",
)
NOT_KEPT = "没有保存算数的那次的笔记本，下面是最新的一次。 No notebook of the attempt that counts was kept; this is the newest."


NO_PLACE = Text(
    zh="{student!r} 不是学号，{step}/ 里没有它的位置",
    en="{student!r} is no student's id, so {step}/ has no place for it",
)


class FeedbackError(AutograderError):
    """Feedback that cannot be made."""


def keep_notebook(root: Path, result: Result, notebook: Mapping[str, Any]) -> Path:
    """Keep the notebook of an attempt, the student's answers without any output; return where.

    Args:
        notebook: What is kept of the answer, see `kept_notebook`.
    """
    path = kept_path(root, result.student, result.chapter, result.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, notebook_text(notebook))
    return path


def kept_notebook(notebook: Notebook, release: Mapping[str, Any], script: str | None = None) -> Notebook:
    """Return a rebuilt notebook with the student's Markdown inert.

    Args:
        script: What was handed in, as its first cell.
    """
    if script is not None:
        notebook["cells"].insert(0, {"id": _free(notebook, "student-script"), **_code_cell(script)})
    ours = {"".join(cell["source"]) for cell in release["cells"]}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and "".join(cell["source"]) not in ours:
            cell["source"] = inert("".join(cell["source"]), cell.pop("attachments", None))
        if cell["cell_type"] == "raw":
            cell["source"] = escape("".join(cell["source"]), quote=False)
    return notebook


def show_choice(
    root: Path,
    store: ResultStore,
    graded: Graded,
    renderer: Renderer,
    language: Language,
    now: datetime,
    more: Sequence[Text] = (),
    of_notebooks: Collection[Language] = (),
) -> Path:
    """Make the attempt that counts the graded notebook, which nbgrader's formgrader and feedback show.

    Its findings are its only outputs, in one language. Its first cell says which attempt counts and why, where there are
    several or something is taken off. An attempt of which no notebook was kept gives way to the newest, and the cell says
    that too. Where the newest is one too many, a cell below tells what the checks found of it, hidden ones after the deadline.

    Args:
        root: the course folder.
        store: where the result of the attempt that counts is.
        graded: the newest result of the student in the chapter, and which attempt counts.
        renderer: makes the words of the findings.
        language: of these words, unless `of_notebooks` has that of the student's notebook.
        now: the present moment, in UTC.
        more: what else stands there: for the one who looks at it next, a TA after grading, the student after `feedback`.
        of_notebooks: the languages in which the course gives out notebooks; a page speaks as its notebook does.
    """
    newest, found = graded.result, graded.choice
    student, chapter = str(newest.student), newest.chapter
    which = choice_said(found) if found else None
    result = chosen_result(store, graded)
    kept = kept_path(root, student, chapter, result.key)
    is_newest = not kept.is_file()
    if is_newest:
        result, kept = as_told(graded, now), kept_path(root, student, chapter, newest.key)
    notebook = json.loads(kept.read_text("utf-8"))
    written_in = language_of(notebook)
    language = written_in if written_in and written_in in of_notebooks else language
    said = [text.to(language) for text in (*([which] if which else []), *more)]
    said += [NOT_KEPT] if is_newest else []
    _tell(notebook, result, renderer, language)
    if surplus := _surplus(graded, now, renderer, language):
        notebook["cells"].insert(0, {"id": _free(notebook, "newest-attempt"), **surplus})
    if said:
        text = "> " + "\n>\n> ".join(said)
        cell = {"cell_type": "markdown", "id": _free(notebook, "which-attempt-counts"), "metadata": {}, "source": text}
        notebook["cells"].insert(0, cell)
    path = autograded_path(root, student, chapter)
    write_changed({path: notebook_text(notebook)})
    return path


def as_told(graded: Graded, now: datetime) -> Result:
    """Return the newest result as its student may know it: without hidden findings, where these appear later."""
    result, found = graded
    newest = found.attempts[-1] if found else None
    if found is None or newest is None or newest.attempt.key != result.key or not found.withholds(newest, now):
        return result
    assert found.due is not None
    return result.without_hidden(told(LATER(due=f"{found.due:%Y-%m-%d %H:%M}")))


def _surplus(graded: Graded, now: datetime, renderer: Renderer, language: Language) -> Cell | None:
    """Return a cell, without its id, on the newest attempt where that is one too many; None where it is not."""
    result, found = graded
    newest = found.attempts[-1] if found else None
    if newest is None or newest.refused is None or newest.attempt.key != result.key:
        return None
    shown = as_told(graded, now)
    lines = (line for pair in paired(shown.findings, renderer.words(shown)) for line in _lines(*pair, language))
    said = SURPLUS.format(number=newest.attempt.number, refused=newest.refused).to(language)
    return _code_cell(f"# {said}", ["\n".join(lines) + "\n"])


def _free(notebook: Mapping[str, Any], name: str) -> str:
    """Return an id that no cell of a notebook has: `name`, or with a number behind it."""
    used = {cell["id"] for cell in notebook["cells"]}
    return next(free for n in itertools.count() if (free := f"{name}{n or ''}") not in used)


def shown_or_why(
    root: Path,
    store: ResultStore,
    graded: Graded,
    renderer: Renderer,
    language: Language,
    now: datetime,
    more: Sequence[Text] = (),
    of_notebooks: Collection[Language] = (),
) -> Text | None:
    """Do `show_choice`; return what keeps the notebook from being written, None where nothing does.

    The result stands, and the next command writes it. What keeps all notebooks from being written, a full disk, is raised.
    """
    try:
        show_choice(root, store, graded, renderer, language, now, more, of_notebooks)
    except OSError as error:
        if error.errno in OF_THE_MACHINE:
            raise
        result, said = graded.result, f"{error.strerror}: {error.filename}"
        return NOT_SHOWN.format(student=result.student, chapter=result.chapter, said=said)
    return None


def _tell(notebook: Notebook, result: Result, renderer: Renderer, language: Language) -> None:
    """Put what each check found under the cell of its task."""
    found: dict[str, list[str]] = {}
    for finding, words in paired(result.findings, renderer.words(result)):
        found.setdefault(finding.task, []).extend(_lines(finding, words, language))
    suite = renderer.suite(result.chapter)
    title, tasks = result.chapter, {}
    if suite is not None:
        title = suite.chapter.title.to(language)
        tasks = {task.id: task.title.to(language) for task in suite.chapter.tasks}
    notebook["metadata"][SHOWN] = shown_metadata(title, tasks, language)
    for cell in notebook["cells"]:
        cell["metadata"].pop(SHOWN, None)  # what a student wrote there
        if cell["cell_type"] == "code":
            grading = cell["metadata"].get("nbgrader", {})
            task = grading["grade_id"].removeprefix("check-") if grading.get("grade") else ""
            lines = found.get(task, [])
            text = "\n".join(lines) + "\n"
            cell["outputs"] = [_output(text)] if lines else []
            if lines:
                mine = [finding for finding in result.findings if finding.task == task]
                cell["metadata"][SHOWN] = card(mine, suite, language, graded=True)


def notebook_text(notebook: Mapping[str, Any]) -> str:
    """Return a notebook's file, a cell in each line: Python's `json` takes ten times as long to indent."""
    cells = ",\n".join(json.dumps(cell, ensure_ascii=False) for cell in notebook["cells"])
    others = {key: value for key, value in notebook.items() if key != "cells"}
    return f'{{"cells": [\n{cells}\n],\n{json.dumps(others, ensure_ascii=False)[1:]}\n'


def kept_path(root: Path, student: str | None, chapter_id: str, key: str) -> Path:
    """Return where the notebook of one graded attempt is kept, by the key of its result."""
    name = re.sub(r"[^0-9A-Za-z]+", "-", key)
    return student_path(root, ".autograder/attempts", student, chapter_id, "").with_name(f"{name}.ipynb")


def autograded_path(root: Path, student: str, chapter_id: str) -> Path:
    """Return where the graded notebook of a student lies."""
    return student_path(root, "autograded", student, chapter_id, ".ipynb")


def student_path(root: Path, step: str, student: str | None, chapter_id: str, suffix: str) -> Path:
    """Return where a step of the course keeps a student's file.

    Raises:
        FeedbackError: For what is no student's id.
    """
    if not student or student in (".", "..") or "/" in student or "\0" in student:
        raise FeedbackError(NO_PLACE.format(student=student, step=step))
    return root / step / student / chapter_id / f"{chapter_id}{suffix}"


def _code_cell(source: str, printed: Sequence[str] = ()) -> Cell:
    """Return a code cell without its id, and with outputs that its code did not make."""
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": None,
        "outputs": [_output(text) for text in printed],
    }


def _output(text: str) -> dict[str, str]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _lines(finding: Finding, words: Words, language: Language) -> Iterator[str]:
    yield plain_text(f"{finding.told_status:8} {finding.check}  {finding.points:g}/{finding.max_points:g}")
    for mark, text in (("    ", words.message), ("    → ", words.hint)):
        yield from (f"{mark}{line}" for line in plain_text(text.to(language)).splitlines())
