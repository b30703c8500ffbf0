"""The feedback page of a graded notebook: plain HTML that asks nothing of any server, in one language, for every width."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.grading.card import SHOWN
from autograder.text import Text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WORDS = {
    "points": Text(zh="得分", en="points"),
    "late": Text(zh="迟交扣分", en="taken off for being late"),
    "tasks": Text(zh="各任务得分", en="points by task"),
    "answer": Text(zh="你的答案", en="your answer"),
    "top": Text(zh="回到开头", en="to the top"),
    "comment": Text(zh="助教的评语：", en="From your teaching assistant:"),
}
_TAG = re.compile(r"(<[^>]+>)")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
_MATH = frozenset(
    re.findall(
        r"\w+",
        "math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext "
        "mtr munder munderover",
    )
)
_MATH_SAYS = frozenset(
    re.findall(
        r"\w+",
        "accent columnalign columnlines columnspacing display displaystyle fence form height linebreak linethickness lspace "
        "mathsize mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy "
        "voffset width",
    )
)
_LEFT_ALONE = ("pre", "code", "a")
_CARD_STYLES = frozenset(
    re.findall(
        r"[\w-]+",
        "background-color border border-collapse border-left border-radius color display font-size font-weight line-height "
        "margin margin-left margin-top max-width min-width overflow-wrap overflow-x padding text-align white-space",
    )
)


def page_of(notebook: Any, resources: Mapping[str, Any], to_html: Callable[[str], str]) -> str:
    """Return the page of a graded notebook.

    Args:
        notebook: With nbgrader's points and comments in its metadata.
        resources: Of nbconvert, with the points of the whole.
        to_html: Makes harmless HTML of Markdown.
    """
    page = dict(notebook.metadata.get(SHOWN, {}))
    language, titles = str(page.get("language", "en")), dict(page.get("tasks", {}))
    given = resources.get("nbgrader", {})

    def title(cell: Any) -> str:
        name = str(cell.metadata["nbgrader"]["grade_id"]).removeprefix("check-")
        return str(titles.get(name) or titles.get(re.sub(r"-\d+$", "", name)) or name)

    return str(
        _template().render(
            page={"language": language, "title": page.get("title") or given.get("notebook", "")},
            words={name: text.to(language) for name, text in WORDS.items()},
            cells=[cell for cell in notebook.cells if cell.cell_type in ("markdown", "code", "raw")],
            graded=[cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")],
            score=given.get("score", 0),
            max_score=given.get("max_score", 0),
            late_penalty=given.get("late_penalty", 0) or 0,
            title=title,
            points=_points,
            code=_highlighted,
            markdown=lambda source: Markup(with_formulas(_scrolling(to_html(source)))),
            shown_card=lambda cell: Markup(_card_cleaner().clean(str(cell.metadata.get(SHOWN, "")))),
        )
    )


def with_formulas(html: str) -> str:
    """Return harmless HTML with its formulas, `$…$` and `$$…$$`, as MathML; one that cannot be read stays as it is."""
    parts, inside = [], 0
    for part in _TAG.split(html):
        if part.startswith("<"):
            name = part.strip("</> ").partition(" ")[0].lower()
            if name in _LEFT_ALONE:
                inside += -1 if part.startswith("</") else 1
            parts.append(part)
        else:
            parts.append(part if inside else _FORMULA.sub(_formula, part))
    return "".join(parts)


def _formula(found: re.Match[str]) -> str:
    from latex2mathml.converter import convert_to_element

    tex = unescape(found[1] or found[2])
    try:
        return _math(convert_to_element(tex, display="block" if found[1] else "inline"))
    except Exception:  # whatever a library makes of half a formula
        return f"<code>{escape(tex)}</code>"


def _math(element: Element) -> str:
    """Return MathML with text as text: the library's own way to write it makes elements of what a formula says."""
    pieces = [_text(element.text), *(_math(child) + _text(child.tail) for child in element)]
    inner = "".join(pieces)
    if element.tag not in _MATH:
        return inner
    said = "".join(f' {name}="{escape(value)}"' for name, value in element.items() if name in _MATH_SAYS)
    return f"<{element.tag}{said}>{inner}</{element.tag}>"


def _text(said: str | None) -> str:
    return str(escape(unescape(said or "")))


def _scrolling(html: str) -> str:
    """Return HTML whose tables scroll by themselves where the page is narrow."""
    return html.replace("<table", '<div class="scroll" tabindex="0"><table').replace("</table>", "</table></div>")


def _points(value: Any) -> str:
    return f"{round(float(value or 0), 2):g}"


def _highlighted(source: str) -> Markup:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))


@cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("autograder.grading"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("feedback.html")


@cache
def _card_cleaner() -> Any:
    """Return the sanitizer of cards: what `card` makes passes, and nothing that runs or leads elsewhere."""
    import nh3

    return nh3.Cleaner(
        tags={"div", "span", "strong", "code", "br", "table", "caption", "thead", "tbody", "tr", "th", "td"},
        attributes={"*": {"style", "lang", "role", "aria-label", "scope", "class"}},
        filter_style_properties=set(_CARD_STYLES),
        link_rel=None,
    )
