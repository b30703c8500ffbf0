"""The card's HTML, by what front ends leave of it: JupyterLab and Notebook 7 sanitize, VS Code and Colab isolate."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from autograder.grading.card import card
from autograder.grading.sizes import Row, Table
from autograder.text import Text
from tests.results import finding

# What is left by all of them, also in a notebook that is opened again and not trusted yet.
TAGS = {"div", "strong", "code", "span", "br", "table", "caption", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"lang", "class", "style", "role", "aria-label", "scope"}
PROPERTIES = {
    *("border", "border-left", "border-collapse", "border-radius", "padding", "margin", "margin-left", "margin-top"),
    *("max-width", "min-width", "line-height", "text-align", "white-space", "display", "color", "background-color"),
    *("font-weight", "font-size", "overflow-wrap", "overflow-x"),
}
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)"> " style="position: fixed" \x1b[31m'


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.open += [] if tag == "br" else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_card_holds_nothing_that_a_front_end_takes_out_or_runs() -> None:
    cells = (Row("7", Text(HOSTILE, HOSTILE), Text("6", "6"), marked=True), Row("8", Text("a", "a"), Text("a", "a")))
    table = Table(Text(HOSTILE, HOSTILE), Text("级", "stage"), cells)
    found = [
        finding(task="network", check="network.shape", status="fail", message=HOSTILE),
        finding(task="network", check="network.parameters", points=1.0),
        finding(task="training", check="training.accuracy", status="skipped"),
    ]
    for language in ("zh", "en"):
        elements = Elements()
        elements.feed(card(found, None, language, {"network.shape": table}, HOSTILE))
        elements.close()
        assert elements.open == []
        assert elements.tags <= TAGS
        assert "table" in elements.tags
        assert {name for name, _ in elements.attributes} <= ATTRIBUTES
        styles = [value for name, value in elements.attributes if name == "style"]
        declared = [one.split(":", 1) for style in styles for one in style.split(";") if one.strip()]
        assert {name.strip() for name, _ in declared} <= PROPERTIES
        assert not re.search(r"url\(|expression|var\(|import|position", " ".join(styles))


def test_a_card_says_its_marks_without_colours() -> None:
    elements = Elements()
    elements.feed(card([finding(status="fail"), finding(status="pass")], None, "en"))
    assert [value for name, value in elements.attributes if name == "aria-label"] == ["failed", "passed"]


def test_the_first_difference_is_told_without_the_lines_of_a_table() -> None:
    """VS Code's page for outputs has taken the borders of all tables away, with `!important`."""
    same, other = (Text(zh=word, en=word) for word in ("6", "5"))
    table = Table(
        Text(zh="级", en="stage"), Text(zh="级", en="stage"), (Row("7", same, same), Row("8", other, same, marked=True))
    )
    found = [finding(task="network", check="network.shape", status="fail", message="wrong")]
    shown = re.sub(r"border[a-z-]*:[^;\"]*;?", "", card(found, None, "en", {"network.shape": table}))
    first, second = re.findall(r"<tr style.*?</tr>", shown)
    assert "the first difference" in second
    assert "background-color" in second
    assert "the first difference" not in first
    assert "background-color" not in first
