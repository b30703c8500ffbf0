"""A student's Markdown in the graded notebook leads nowhere, whoever reads it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.markdown import inert

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"
ATTACKS = [
    "![t](https://evil.example/p.png)",
    "![t](/hub/logout)",
    "![t](//evil.example/p.png)",
    "![t][r]\n\n[r]: https://evil.example/p.png",
    "[t](javascript:alert(1))",
    "[t](/hub/logout)",
    "<https://evil.example>",
    "<img src=x onerror=alert(1)>",
    "<a href=//evil.example>x</a>",
    "[![t](https://evil.example/p.png)](/hub/logout)",
    "$\\href{https://evil.example}{x}$",
    "$\\style{background:url(//evil.example)}{x}$ &#92;href{u}{v}",
    '```x" onload="alert(1)\n```',
    "a\n\n</div>\n\n![t](/hub/logout)",
    "$$\n</p><script>1</script>\n$$",
]


def shown(source: str) -> str:
    """What nbgrader's formgrader makes of a cell: nbconvert's reader of Markdown, and nothing behind it."""
    from nbconvert.filters import markdown2html

    return str(markdown2html(source))


@pytest.mark.parametrize("source", ATTACKS)
def test_nothing_leads_away(source: str) -> None:
    html = shown(inert(source))
    assert not re.search(r"<(script|iframe|img|a)\b|\son\w+=\"|\\(href|style)\b", html), html


@given(st.text(st.sampled_from("a![]()<>&/\\$`*_#|-\n :;\"'x1="), max_size=60))
def test_no_text_becomes_a_tag_that_loads(source: str) -> None:
    cell = inert(source)
    assert "\n" not in cell
    assert not re.search(r"<(?:script|iframe|img)\b|href=\"(?!&#35;)", shown(cell))


@pytest.mark.parametrize("chapter", sorted(folder.name for folder in ASSIGNMENTS.iterdir() if folder.is_dir()))
def test_each_drawing_of_the_chapters_is_shown(chapter: str) -> None:
    cells = json.loads((ASSIGNMENTS / chapter / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    for source in ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"):
        html = inert(source)
        drawn = re.findall(r"^\[([\w-]+)\]: data:image", source, re.MULTILINE)
        assert html.count("<img ") == sum(source.count(f"][{name}]") for name in drawn)
        assert "base64" not in re.sub(r"<img [^>]*>", "", html)


def test_what_is_wanted_stays() -> None:
    html = shown(inert("# T\n\n$a_b$ **b** [here](#x) ![p](attachment:p.png)", {"p.png": {"image/png": "iVBO"}}))
    for part in ("<h1>T</h1>", "<strong>b</strong>", 'src="data:image/png;base64,iVBO"', 'href="&#35;x"', "a&#95;b"):
        assert part in html
    for drawing in ("![d](data:image/svg+xml;base64,PHN2Zy8+)", "![d][f]\n\n[f]: data:image/svg+xml;base64,PHN2Zy8+"):
        html = shown(inert(drawing))
        assert 'src="data:image/svg+xml;base64,PHN2Zy8+" alt="d"' in html
        assert re.sub("<[^>]+>|&#10;", "", html).strip() == "", "no address is left as text"
    assert "(https://a.example/b)" in shown(inert("[text](https://a.example/b)"))
