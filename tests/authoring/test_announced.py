"""The sentence of the student's text that announces a hidden check."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.authoring.notebooks import instructor_notebook
from autograder.authoring.prose import Declarations
from autograder.authoring.verify import announcements
from autograder.course import Chapter, load_chapter, load_course
from autograder.text import LANGUAGES

ROOT = Path(__file__).parents[2]

PROSE = """\
## Task

The result is of one\nshape. Two pictures at once: the batch size may be any. Other text.

- `num_classes` may be other
  than two;
- the rest
"""


def chapter(english: str, chinese: str = "批大小") -> Chapter:
    check = {"id": "batches", "points": 1, "hidden": True, "announced": {"zh": chinese, "en": english}}
    shown = {"id": "shape", "points": 1}
    task = {"id": "net", "title": {"zh": "网", "en": "net"}, "points": 3, "names": ["Net"]}
    silent = {"id": "silent", "points": 1, "hidden": True}
    title = {"zh": "章", "en": "chapter"}
    return Chapter.model_validate({"id": "one", "title": title, "tasks": [{**task, "checks": [shown, check, silent]}]})


@pytest.mark.parametrize(
    ("quoted", "sentence"),
    [
        ("batch size may be any", "Two pictures at once: the batch size may be any."),
        ("result is of one shape", "The result is of one shape."),
        ("may be other than", "`num_classes` may be other than two;"),
    ],
)
def test_the_whole_sentence_is_shown(quoted: str, sentence: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(PROSE)])
    found = list(announcements(chapter(quoted), notebook, "en"))
    assert [(one.check, one.sentence, one.missing) for one in found] == [
        ("net.batches", sentence, ""),
        ("net.silent", None, ""),
    ]


def test_what_the_text_does_not_say_is_named() -> None:
    cells = [
        nbformat.v4.new_code_cell("# the batch size"),
        nbformat.v4.new_markdown_cell("批大小 N 可以是任意正整数，不要写死；其余不变。"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    (found, _) = announcements(chapter("the batch size"), notebook, "en")
    assert (found.sentence, found.missing) == (None, "the batch size")
    (found, _) = announcements(chapter("the batch size"), notebook, "zh")
    assert found.sentence == "批大小 N 可以是任意正整数，不要写死；其余不变。"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hidden_check_of_the_course_is_announced(language: str) -> None:
    for name in (dates.id for dates in load_course(ROOT).chapters):
        folder = ROOT / "source" / name
        one, source = load_chapter(folder), (folder / "notebook.py").read_text("utf-8")
        notebook = instructor_notebook(source, one, language, Declarations(folder.parent, name))
        assert [each.check for each in announcements(one, notebook, language) if each.sentence is None] == []
