"""The two notebooks of a chapter: cells, metadata, languages, and the mistakes of authors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.authoring.notebooks import AuthoringError, instructor_notebook, student_notebook, write_chapter
from autograder.course import Chapter
from autograder.text import LANGUAGES

ROOT = Path(__file__).parents[2]
WRITTEN = ["assignments/tiny/tiny.ipynb", "solutions/tiny/tiny.ipynb", "solutions/tiny/tiny.py", "marking/tiny.md"]


def cell(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def test_cell_ids_come_from_the_tasks(source: str, chapter: Chapter) -> None:
    ids = [cell.id for cell in instructor_notebook(source, chapter, "zh").cells]
    answers = ["add-one", "add-one-2", "check-add-one"]
    assert ids == ["prose-01", "setup", *answers, "code-01", "code-02", "check-training", "why"]


def test_each_role_has_its_metadata(source: str, chapter: Chapter) -> None:
    notebook = instructor_notebook(source, chapter, "zh")
    always = {"schema_version": 3, "task": False}
    expected = {
        "prose-01": None,
        "setup": {"grade_id": "setup", "grade": False, "solution": False, "locked": True},
        "add-one": {"grade_id": "add_one", "grade": False, "solution": True, "locked": False},
        "add-one-2": {"grade_id": "add_one-2", "grade": False, "solution": True, "locked": False},
        "check-add-one": {"grade_id": "check-add_one", "grade": True, "solution": False, "locked": True, "points": 3},
        "code-01": None,
        "code-02": None,
        "check-training": {"grade_id": "check-training", "grade": True, "solution": False, "locked": True, "points": 2},
        "why": {"grade_id": "why", "grade": True, "solution": True, "locked": False, "points": 5},
    }
    for name, grading in expected.items():
        wanted = {} if grading is None else {"nbgrader": {**always, **grading}}
        assert cell(notebook, name).metadata == wanted
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "jupytext" not in notebook.metadata
    assert notebook.metadata.autograder.generated_from == "source/tiny/notebook.py"
    nbformat.validate(notebook)


@pytest.mark.parametrize(("language", "own", "other"), [("zh", "加一", "add one"), ("en", "add one", "加一")])
def test_a_build_holds_one_language(source: str, chapter: Chapter, language: Any, own: str, other: str) -> None:
    answer = cell(instructor_notebook(source, chapter, language), "add-one").source
    assert f"    # TODO: {own}".replace(": ", "：" if language == "zh" else ": ") in answer
    assert other not in answer


def test_students_see_stubs_questions_and_locked_cells(source: str, chapter: Chapter) -> None:
    instructor = instructor_notebook(source, chapter, "en")
    before = nbformat.writes(instructor)
    student = student_notebook(instructor)
    assert nbformat.writes(instructor) == before
    stub = "def add_one(number):\n    # TODO: add one\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert cell(student, "add-one").source == stub
    assert cell(student, "why").source == "Why is it two?\n\nYOUR ANSWER HERE"
    for name in ("setup", "check-add-one"):
        assert cell(student, name).metadata.editable is False
        assert cell(student, name).metadata.nbgrader.checksum
    assert "editable" not in cell(student, "add-one").metadata


def test_hidden_tests_do_not_reach_the_students(source: str, chapter: Chapter) -> None:
    hidden = 'check("add_one")\n### BEGIN HIDDEN TESTS\nassert add_one(41) == 42\n### END HIDDEN TESTS'
    student = student_notebook(instructor_notebook(source.replace('check("add_one")', hidden), chapter, "en"))
    assert cell(student, "check-add-one").source == 'check("add_one")'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('# %% task="add_one"', "# %%", "has a solution region"),
        ('# %% check="add_one"', "# %%", "task 'add_one' has no cell check=\"add_one\""),
        ('# %% check="training"', "# %%", "task 'training' has no cell check=\"training\""),
        (' written="why"', "", "only cells with task= or written= may have one"),
        ('# %% task="add_one"', '# %% task="add_two"', "task='add_two' is no task of chapter.yml, which has add_one"),
        ('# %% check="add_one"', '# %% check="why"', "kind 'written'"),
        ('# %% check="training"', '# %% check="add_one"', "two cells are check='add_one'"),
        ('# %% [markdown] lang="en"\n# # Tiny\n', "", 'cells: 1 with lang="zh" and 0 with lang="en", in the prose'),
        ('written="why" lang="en"', 'lang="en"', "every text stands in all languages of the course"),
        ('lang="en"\n# # Tiny', 'lang="eng"\n# # Tiny', "'eng' is no language of the course"),
        ("    ### END SOLUTION\n", "", "needs a line ### END SOLUTION"),
    ],
)
def test_a_mistake_of_the_author_is_named(source: str, chapter: Chapter, old: str, new: str, message: str) -> None:
    assert old in source
    with pytest.raises(AuthoringError) as caught:
        instructor_notebook(source.replace(old, new), chapter, "zh")
    assert str(caught.value).startswith("source/tiny/notebook.py: ")
    assert message in str(caught.value)


def test_an_answer_without_a_region_is_refused(source: str, chapter: Chapter) -> None:
    bare = source.replace("    ### BEGIN SOLUTION\n", "").replace("    ### END SOLUTION\n", "")
    with pytest.raises(AuthoringError, match="'add_one' has no solution region"):
        instructor_notebook(bare, chapter, "zh")


def test_a_question_without_an_answer_is_refused_with_its_line(source: str, chapter: Chapter) -> None:
    lines = source.splitlines()
    question = next(n for n, line in enumerate(lines, 1) if 'written="why" lang="en"' in line)
    bare = source.replace("# ### BEGIN SOLUTION\n# Count them: one and then two\n# ### END SOLUTION\n", "")
    assert bare != source
    for language in LANGUAGES:
        with pytest.raises(AuthoringError, match=f"notebook.py: line {question}: the question 'why' has no answer"):
            instructor_notebook(bare, chapter, language)


def test_a_task_without_an_answer_cell_is_named(source: str, chapter: Chapter) -> None:
    start, end = source.index('# %% task="add_one"'), source.index('# %% check="add_one"')
    with pytest.raises(AuthoringError, match="has no cell task="):
        instructor_notebook(source[:start] + source[end:], chapter, "zh")


def test_a_question_without_its_cells_is_named(source: str, chapter: Chapter) -> None:
    with pytest.raises(AuthoringError, match="task 'why' has no cell written=\"why\""):
        instructor_notebook(source[: source.index("# %% [markdown] written=")], chapter, "zh")


def test_a_second_build_changes_nothing(course: Path, chapter: Chapter) -> None:
    assert write_chapter(course, chapter, "zh", check=True) == WRITTEN
    assert not (course / "assignments").exists()
    assert write_chapter(course, chapter, "zh") == WRITTEN
    assert write_chapter(course, chapter, "zh", check=True) == []
    assert all((course / name).read_text("utf-8").endswith("\n") for name in WRITTEN)
    assert sorted(path.name for path in (course / "solutions/tiny").iterdir()) == ["tiny.ipynb", "tiny.py"]
    (course / WRITTEN[2]).write_text("by hand", "utf-8")
    assert write_chapter(course, chapter, "zh", check=True) == [WRITTEN[2]]


@pytest.mark.parametrize(("language", "answer", "guide"), [("zh", "一个加一个，数一数", "因为一加一等于二"), ("en", "Count them", "because one")])  # fmt: skip
def test_the_solution_shows_an_answer_and_the_guide_is_for_those_who_mark(
    course: Path, chapter: Chapter, language: Any, answer: str, guide: str
) -> None:
    write_chapter(course, chapter, language)
    filled, given = ((course / name).read_text("utf-8") for name in (WRITTEN[1], WRITTEN[0]))
    assert answer in filled
    assert guide not in filled
    assert answer not in given
    assert guide not in given
    assert guide in (course / "marking/tiny.md").read_text("utf-8")


def test_other_folders_can_be_named(course: Path, chapter: Chapter, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    changed = write_chapter(course, chapter, "en", assignments_dir=outside, solutions_dir=course / "filled")
    assert changed == [
        str(outside / "tiny/tiny.ipynb"),
        "filled/tiny/tiny.ipynb",
        "filled/tiny/tiny.py",
        "marking/tiny.md",
    ]
    assert not (course / "assignments").exists()


def test_a_solution_line_in_the_prose_stops_the_build(course: Path, chapter: Chapter) -> None:
    path = course / "source/tiny/notebook.py"
    path.write_text(path.read_text("utf-8").replace("# # Tiny", "# write `result_of_sum = number + 1`"), "utf-8")
    with pytest.raises(AuthoringError, match="reaches the students"):
        write_chapter(course, chapter, "en")
    assert not (course / "assignments").exists()


def test_a_chapter_without_a_notebook_is_named(course: Path, chapter: Chapter) -> None:
    (course / "source/tiny/notebook.py").unlink()
    with pytest.raises(AuthoringError, match=r"notebook\.py: not found"):
        write_chapter(course, chapter, "en")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_nbgrader_makes_the_same_assignment(course: Path, chapter: Chapter, language: Any) -> None:
    write_chapter(course, chapter, language)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    ours = (course / "assignments/tiny/tiny.ipynb").read_bytes()
    shutil.rmtree(course / "assignments")
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])  # nbgrader calls alembic by name
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"],
        cwd=course,
        env={**os.environ, "HOME": str(course), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (course / "assignments/tiny/tiny.ipynb").read_bytes() == ours
    assert [path.name for path in (course / "assignments/tiny").iterdir()] == ["tiny.ipynb"]
