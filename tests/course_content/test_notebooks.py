"""Every filled notebook runs from top to bottom in real Jupyter; both languages run the same code."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from autograder.authoring.notebooks import write_chapter
from autograder.course import load_chapter, load_course
from autograder.data.location import DATA_VARIABLE
from autograder.text import Language
from autograder.training.reference import solution_module
from tests.data_sets import data_of_course

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.id for entry in load_course(ROOT).chapters]
RUN_LATER = (
    "alexnet",
    "vgg",
    "googlenet",
    "resnet",
)  # the same kinds of cells as in lenet_palm, around larger networks
RUN_AT_ONCE = [chapter for chapter in CHAPTERS if chapter not in RUN_LATER]
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("chapter", [*RUN_AT_ONCE, *(pytest.param(one, marks=pytest.mark.long) for one in RUN_LATER)])
def test_a_filled_notebook_runs_from_top_to_bottom(
    tmp_path: Path, chapter: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("source", "assignments", "solutions"):  # with the kits as they are recorded
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "course.yml", tmp_path)
    shutil.copytree(ROOT / "docs" / "results", tmp_path / "docs" / "results")  # the prose quotes recorded runs
    write_chapter(tmp_path, load_chapter(tmp_path / "source" / chapter), language)
    monkeypatch.setenv("AUTOGRADER_QUICK", "1")
    monkeypatch.setenv("AUTOGRADER_LANG", language)
    images = data_of_course()  # drawn once, where there are none
    monkeypatch.setenv(DATA_VARIABLE, str(images))
    ran = executed(tmp_path / "solutions" / chapter / f"{chapter}.ipynb")
    outputs = [o for cell in ran["cells"] for o in cell.get("outputs", ())]
    shown = "".join(o["data"].get("text/html", "") if "data" in o else o.get("text", "") for o in outputs)
    assert "✓" in shown
    failed = re.findall(r"✗</span> <code>([\w.]+)</code>", shown)
    assert shown.count("✗") == len(failed)
    assert set(failed) <= {"accuracy"}  # a rehearsal's weights earn nothing, and the card says so
    assert not [o for o in outputs if o.get("name") == "stderr"]
    described = alternatives(ran)
    assert described
    assert all(words and not words.startswith("No description") for words in described), described


def executed(path: Path) -> nbformat.NotebookNode:
    """Return a notebook after a run in a real kernel, as `jupyter nbconvert --execute` makes one; raises what a cell raises."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}})
    return client.execute()


def alternatives(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what the exported page tells those who do not see its pictures."""
    page, _ = HTMLExporter().from_notebook_node(notebook)
    return [str(picture.get("alt", "")) for picture in BeautifulSoup(page, "html.parser").find_all("img")]


def code_of(notebook: Path) -> list[tuple[str, str, Any]]:
    """Return what runs of each code cell: its id, its syntax without comments and places, and how it is graded."""
    cells = [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
    found = []
    for cell in cells:
        grading = {key: value for key, value in cell["metadata"].get("nbgrader", {}).items() if key != "checksum"}
        found.append((cell["id"], ast.dump(ast.parse("".join(cell["source"]))), grading))
    return found


@pytest.fixture
def built(tmp_path: Path) -> Callable[[str, Language], Path]:
    """The folder in which a chapter's notebooks of one language lie."""

    def build(chapter: str, language: Language) -> Path:
        folder = tmp_path / language
        write_chapter(
            ROOT,
            load_chapter(ROOT / "source" / chapter),
            language,
            assignments_dir=folder / "assignments",
            solutions_dir=folder / "solutions",
        )
        return folder

    return build


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_picture_of_a_notebook_is_shown_with_words(chapter: str) -> None:
    text = (ROOT / "source" / chapter / "notebook.py").read_text("utf-8")
    assert "plt.show(" not in text
    assert text.count("plt.subplots(") + text.count("plt.figure(") == text.count("\nshow_figure(")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_solution_runs_without_its_notebook(built: Callable[[str, Language], Path], chapter: str) -> None:
    module = solution_module(built(chapter, "zh") / "solutions" / chapter / f"{chapter}.py")
    for task in load_chapter(ROOT / "source" / chapter).tasks:
        for group in task.name_groups():
            assert any(hasattr(module, name) for name in group), (task.id, group)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_run_the_same_code(built: Callable[[str, Language], Path], chapter: str) -> None:
    chinese, english = built(chapter, "zh"), built(chapter, "en")
    for kind in ("assignments", "solutions"):
        place = Path(kind) / chapter / f"{chapter}.ipynb"
        assert len(code_of(chinese / place)) > 3
        assert code_of(chinese / place) == code_of(english / place)
        assert (chinese / place).read_text("utf-8") != (english / place).read_text("utf-8")
    module = Path("solutions") / chapter / f"{chapter}.py"
    one, other = (ast.dump(ast.parse((folder / module).read_text("utf-8"))) for folder in (chinese, english))
    assert one == other


def test_another_word_in_the_code_is_a_difference(built: Callable[[str, Language], Path]) -> None:
    notebook = built("reader", "zh") / "solutions" / "reader" / "reader.ipynb"
    before, record = code_of(notebook), json.loads(notebook.read_text("utf-8"))
    cells = [cell for cell in record["cells"] if cell["cell_type"] == "code"]
    cells[0]["source"] = ["# another comment\n", *cells[0]["source"]]
    notebook.write_text(json.dumps(record), "utf-8")
    assert code_of(notebook) == before
    cells[0]["source"] = [*cells[0]["source"], "\nx = 1"]
    notebook.write_text(json.dumps(record), "utf-8")
    assert code_of(notebook) != before
