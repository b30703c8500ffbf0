"""The module of the answers, and the search for solution lines in student files."""

from __future__ import annotations

import nbformat
import pytest

from autograder.authoring.answers import leaks, module_text, solution_lines
from autograder.authoring.notebooks import instructor_notebook, student_notebook
from autograder.course import Chapter
from autograder.errors import AuthoringError

QUOTED = 'secret_constant = "a string with \\"quotes\\""'


def test_the_module_holds_imports_and_answers_without_markers(source: str, chapter: Chapter) -> None:
    text = module_text(instructor_notebook(source, chapter, "en"), chapter)
    assert text.startswith("# generated from source/tiny/notebook.py, do not edit\n")
    assert "from pathlib import (\n    Path,\n    PurePath,\n)" in text
    for absent in ("autograder", "SOLUTION", "ready", "weights", "check("):
        assert absent not in text
    names: dict[str, object] = {}
    exec(text, names)
    assert names["add_one"](1) == 2  # type: ignore[operator]


def test_a_setup_cell_with_a_magic_is_refused(source: str, chapter: Chapter) -> None:
    notebook = instructor_notebook(source.replace('print("ready")', "!ls"), chapter, "en")
    with pytest.raises(AuthoringError, match="setup cell is not plain Python"):
        module_text(notebook, chapter)


def test_solution_lines_are_long_and_stand_nowhere_else(source: str, chapter: Chapter) -> None:
    repeated = source.replace("print(add_one(1))", "return result_of_sum")
    lines = solution_lines(instructor_notebook(repeated, chapter, "en"))
    assert lines == {"result_of_sum = number + 1", QUOTED, "Count them: one and then two"}


def test_the_student_notebook_leaks_nothing(source: str, chapter: Chapter) -> None:
    instructor = instructor_notebook(source, chapter, "en")
    files = {"tiny.ipynb": nbformat.writes(student_notebook(instructor))}
    assert leaks(files, solution_lines(instructor)) == []


def test_a_leak_is_found_in_any_file_even_with_quotes(source: str, chapter: Chapter) -> None:
    instructor = instructor_notebook(source, chapter, "en")
    lines = solution_lines(instructor)
    files = {"tiny.ipynb": nbformat.writes(instructor), "notes.txt": f"try this: {QUOTED}"}
    assert leaks(files, lines) == [f"notes.txt: {QUOTED}", *(f"tiny.ipynb: {line}" for line in sorted(lines))]


def test_prose_may_name_a_short_call() -> None:
    lines = {"model.eval()"}
    assert leaks({"a.md": "call `model.eval()` first"}, lines) == []
    assert leaks({"a.md": "first:\n    model.eval()\n"}, lines) == ["a.md: model.eval()"]
