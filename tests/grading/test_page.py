"""A feedback page in a real browser, from the disk: it asks for nothing, fits a phone, and passes axe in both languages."""

from __future__ import annotations

import zipfile
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.checks.suite import CheckSuite, read_kit
from autograder.client.returned import ReturnedError, feedback_in, read_page
from autograder.grading.attempts import _tell
from autograder.grading.feedback import SafeHTMLExporter
from autograder.grading.page import page_of, with_formulas
from autograder.grading.render import Renderer
from autograder.store.result import Finding, Result
from autograder.text import Language, Text, told

from ..attacks.browser import CHROMIUM

ROOT = Path(__file__).parents[2]
WRONG = Text(zh="得到 <b>4</b>", en="gave <b>4</b>")


def findings(suite: CheckSuite) -> tuple[Finding, ...]:
    """Every check of a chapter passed, but for the first and the hidden ones of its task."""
    found = []
    for task, entry in suite.chapter.checks():
        fails = task is suite.chapter.tasks[0] and (entry.hidden or entry is task.checks[0])
        status = "fail" if fails else "pass"
        points = 0.0 if fails else entry.points
        said = told(WRONG) if fails else None
        name = task.full_id(entry)
        found.append(Finding(task.id, name, "shape", entry.hidden, status, points, entry.points, said))  # type: ignore[arg-type]
    return tuple(found)


def page(language: Language, chapter: str = "lenet") -> str:
    """Return the page of a graded notebook of a real chapter, as nbgrader has it made."""
    suite = read_kit(ROOT / "solutions" / chapter / "hidden.json")
    notebook: Any = nbformat.read(ROOT / "solutions" / chapter / f"{chapter}.ipynb", as_version=4)
    result = Result("x", "s001", chapter, "graded", 70.0, 100.0, findings(suite))
    notebook.cells[3]["metadata"]["autograder_page"] = "<script>window.PWNED = 1</script>"
    _tell(notebook, result, Renderer(lambda _: suite), language)
    for cell in notebook.cells:
        if grading := cell.metadata.get("nbgrader"):
            grading.update(score=1.0, comment="Well **said** $x^2$" if grading.get("solution") else "")
    resources = {"nbgrader": {"score": 70.0, "max_score": 100.0, "late_penalty": 5.0, "notebook": chapter}}
    exporter = SafeHTMLExporter()
    return page_of(nbformat.from_dict(notebook), resources, lambda source: exporter.markdown2html({}, source))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium")
def test_a_page_asks_for_nothing_fits_a_phone_and_passes_axe(tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for language, size, scheme in (("zh", (390, 844), "dark"), ("en", (1280, 800), "light")):
            path = tmp_path / f"{language}.html"
            path.write_text(page(language), "utf-8")
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme=scheme,  # type: ignore[arg-type]
            )
            tab, seen = context.new_page(), []
            tab.on("request", lambda one, seen=seen: seen.append(one.url))
            tab.on("console", lambda one, seen=seen: seen.append(one.text))
            tab.goto(path.as_uri())
            extent = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert tab.evaluate(extent) == 0
            assert [url for url in seen if not url.startswith(("file:", "data:"))] == []
            violations = Axe().run(tab).response["violations"]
            assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []
            assert tab.evaluate("[document.documentElement.lang, window.PWNED || '']") == [language, ""]
            assert tab.evaluate("document.querySelectorAll('math').length") > 5
            context.close()
        browser.close()


@pytest.mark.parametrize(
    ("language", "task", "failed"), [("zh", "搭建 LeNet", "得到 <b>4</b>"), ("en", "Build LeNet", "gave <b>4</b>")]
)
def test_a_page_names_tasks_and_shows_cards_in_its_language(language: Language, task: str, failed: str) -> None:
    html = page(language)
    for foreign in ("Test cell", "Written response", "Score:", "MathJax", "<script", "http://cdn", "https://"):
        assert foreign not in html
    found = read_page("here", html)
    assert found is not None
    network = next(one for one in found.tasks if one.head.startswith(task) and one.lines and "✗" in one.lines[0])
    assert network.lines[:2] == ["✗ shape 0 / 6", failed]


def test_returned_pages_are_read_from_a_file_a_zip_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "feedback").mkdir()
    file = tmp_path / "feedback" / "lenet.html"
    file.write_text(page("en"), "utf-8")
    (tmp_path / "feedback" / "other.html").write_text("<html><h1>Moodle</h1></html>", "utf-8")
    with zipfile.ZipFile(tmp_path / "returned.zip", "w") as archive:
        archive.write(file, "s001_assignsubmission_file/lenet.html")
    for path in (file, tmp_path / "feedback", tmp_path / "returned.zip"):
        (one,) = feedback_in(path)
        assert one.title == "LeNet reads handwritten digits"
        assert one.points == "points: 70 / 100 · taken off for being late: −5"
        assert any("Well said" in line for task in one.tasks for line in task.lines)
    for wrong in (tmp_path / "feedback" / "other.html", tmp_path / "nothing"):
        with pytest.raises(ReturnedError):
            feedback_in(wrong)
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")
    with pytest.raises(ReturnedError):
        feedback_in(tmp_path / "broken.zip")


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>$x^2$ and $$y$$</p>", 2),
        ("<pre>$x$</pre><code>$y$</code>", 0),
        ("<p>5 dollars: $</p>", 0),
        ("<p>$\\nosuch{$</p>", None),
    ],
)
def test_formulas_become_mathml_outside_of_code(html: str, shown: int | None) -> None:
    made = with_formulas(html)
    HTMLParser().feed(made)
    assert shown is None or made.count("<math") == shown


@pytest.mark.parametrize(
    "tex",
    [
        r"\unicode{<script>x</script>}",
        r"\text{<img src=x onerror=x>}",
        r"\text{&lt;script&gt;}",
        r"\href{javascript:x}{y}",
        r"\style{background:url(//x)}{y}",
    ],
)
def test_a_formula_is_no_way_to_put_an_element_into_the_page(tex: str) -> None:
    seen: list[tuple[str, list[tuple[str, str | None]]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: seen.append((tag, attributes))  # type: ignore[method-assign]
    parser.feed(with_formulas(f"<p>${escape(tex)}$</p>"))
    assert seen[0][0] == "p"
    assert {tag for tag, _ in seen[1:]} <= {"math", "mrow", "mi", "mo", "mn", "mtext", "code", "mstyle"}
    assert not [
        name for _, said in seen for name, _ in said if name in ("href", "src", "style") or name.startswith("on")
    ]
