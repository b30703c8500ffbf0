"""A course has the languages that it lists: one, both of the kit's, or others."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.authoring.examples import read_examples
from autograder.authoring.notebooks import write_chapter
from autograder.cli.common import UsageError, written_language
from autograder.course import Chapter, Course, CourseError, load_chapter, load_course
from autograder.text import Message, Text

COURSE = """\
id: demo-2026
languages: {languages}
title: {title}
timezone: Europe/Paris
chapters:
  - {{id: sums, opens: 2026-09-07T00:00:00+02:00, due: 2026-09-20T23:59:59+02:00}}
"""
CHAPTER = """\
title: {title}
data: none
tasks:
  - id: add
    title: {title}
    names: [add]
    points: 2
    hint: {hint}
    checks:
      - {{id: value, points: 2}}
"""
NOTEBOOK = """\
# %% [markdown]
# # Sums

# %% task="add"
def add(a, b):
    # en: TODO: the sum
    # fr: TODO : la somme
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION

# %% check="add"
check("add")
"""


def folder_of(root: Path, languages: str, title: str, hint: str = "") -> Path:
    """Return the chapter's folder of a new course."""
    folder = root / "source" / "sums"
    folder.mkdir(parents=True)
    (root / "course.yml").write_text(COURSE.format(languages=languages, title=title), "utf-8")
    (folder / "chapter.yml").write_text(CHAPTER.format(title=title, hint=hint or title), "utf-8")
    (folder / "notebook.py").write_text(NOTEBOOK, "utf-8")
    return folder


def loaded(folder: Path) -> tuple[Course, Chapter]:
    """Return the course and its chapter."""
    return load_course(folder.parent.parent), load_chapter(folder)


def test_a_course_in_english_alone_needs_no_other_text(tmp_path: Path) -> None:
    course, chapter = loaded(folder_of(tmp_path, "[en]", "Sums", "{en: Use +}"))
    assert (course.languages, course.language) == (("en",), "en")
    assert chapter.title.to("en") == "Sums"
    assert chapter.tasks[0].hint == Text(zh="Use +", en="Use +")


def test_a_course_in_chinese_alone_shows_its_text_to_whoever_reads_english(tmp_path: Path) -> None:
    _, chapter = loaded(folder_of(tmp_path, "[zh]", "求和"))
    assert [chapter.title.to(language) for language in ("zh", "en")] == ["求和", "求和"]


def test_texts_in_other_languages_are_kept_and_the_kit_speaks_english_there(tmp_path: Path) -> None:
    course, chapter = loaded(folder_of(tmp_path, "[fr, en]", "{fr: Sommes, en: Sums}"))
    assert course.language == "fr"
    assert [chapter.title.to(language) for language in ("fr", "en", "zh")] == ["Sommes", "Sums", "Sums"]
    told = Message("t", zh="{title}: 不对", en="{title}: wrong")(title=chapter.title)
    assert [told.to(language) for language in ("fr", "en", "zh")] == ["Sommes: wrong", "Sums: wrong", "Sums: 不对"]
    again = Chapter.model_validate_json(chapter.model_dump_json())
    assert again == chapter


@pytest.mark.parametrize(
    ("languages", "title", "said"),
    [
        ("[zh, en]", "{en: Sums}", "3: title.zh: this key is missing"),
        ("[fr, en]", "{en: Sums}", "3: title.fr: this key is missing"),
        ("[fr, en]", "Sums", '3: title: must be a mapping with the keys fr, en, not "Sums"'),
        ("[en]", "{en: Sums, de: Summe}", "3: title.de: unknown key"),
        ("[en]", "{en: ' '}", "3: title.en: must not be empty"),
        ("[en, en]", "Sums", 'languages[1]: "en" is listed twice'),
        ("[]", "{zh: 和, en: Sums}", "2: languages: must have at least one entry"),
        ("[English]", "Sums", '2: languages[0]: must be the code of a language, such as zh, en or fr, not "English"'),
    ],
)
def test_what_lacks_or_does_not_belong_is_named(tmp_path: Path, languages: str, title: str, said: str) -> None:
    folder_of(tmp_path, languages, title)
    with pytest.raises(CourseError) as caught:
        load_course(tmp_path)
    assert said in str(caught.value)


def test_a_build_writes_the_languages_of_the_course_and_no_other(tmp_path: Path) -> None:
    course, chapter = loaded(folder_of(tmp_path, "[en, fr]", "{fr: Sommes, en: Sums}"))
    assert written_language(None, course) == "en"
    for language, said, other in (("en", "the sum", "la somme"), ("fr", "la somme", "the sum")):
        write_chapter(tmp_path, chapter, written_language(language, course))
        shown = nbformat.read(tmp_path / "assignments" / "sums" / "sums.ipynb", as_version=4)
        text = "\n".join(cell.source for cell in shown.cells)
        assert said in text
        assert other not in text
    with pytest.raises(UsageError, match=r"has no texts in 'zh';.*: en, fr"):
        written_language("zh", course)


def test_a_language_of_the_environment_that_the_course_lacks_leaves_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course, _ = loaded(folder_of(tmp_path, "[en]", "Sums"))
    monkeypatch.setenv("AUTOGRADER_LANG", "zh")
    assert written_language(None, course) == "en"


def test_causes_of_mistakes_stand_in_the_languages_of_the_course(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "[en]", "Sums")
    _, chapter = loaded(folder)
    write_chapter(tmp_path, chapter, "en")
    (folder / "mistakes.yml").write_text(
        "mistakes:\n  - {id: minus, kills: [add.value], cause: It subtracts., changes: [{from: a + b, to: a - b}]}\n"
    )
    (folder / "wrong").mkdir()
    (folder / "wrong" / "nothing.py").write_text(
        "# kills: add.value\n# en: It adds nothing.\ndef add(a, b):\n    return a\n"
    )
    assert [one.cause for one in read_examples(tmp_path, "sums")] == [
        Text(zh="It subtracts.", en="It subtracts."),
        Text(zh="It adds nothing.", en="It adds nothing."),
    ]
