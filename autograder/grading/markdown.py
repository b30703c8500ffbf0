"""A student's Markdown as HTML that leads nowhere: for nbgrader's formgrader, and for feedback pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nh3
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_SIZE = 30_000  # characters; what is longer is shown as it was written
TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s small "
        "span strong sub summary sup table tbody td th thead tr u ul",
    )
)
PASTED = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*", re.ASCII)
ALIGNED = re.compile(r"text-align:(left|center|right)")
# What TeX could lead elsewhere with, or load, on a page with MathJax.
_TEX_THAT_LEADS_AWAY = re.compile(
    r"\\(?=(?:href|url|style|class|cssId|data|require|mmlToken|includegraphics)(?![A-Za-z]))"
)
# What means something in Markdown, or ends a block of HTML in it.
_MARKUP = re.compile(r"[\n\r\\$`*_\[\]!|~#]")


def inert(markdown: str, attachments: Mapping[str, Any] | None = None) -> str:
    """Return a student's Markdown as one line of harmless HTML, which every reader of Markdown leaves as it is.

    HTML in it is shown as text. Of pictures only those are left that the notebook brings itself; a link is its text with
    the address behind it, for a click may do what its reader is allowed to do. Formulas are kept.

    nbgrader's formgrader puts a cell's HTML into its page as it is, in the browser of somebody who may run anything on
    that server; and it reads Markdown by another reader than Jupyter does, so Markdown itself cannot be made safe.

    Args:
        markdown: the source of a cell.
        attachments: of the cell, `{name: {"image/png": base64}}`.
    """
    try:
        if len(markdown) > MAX_SIZE:
            raise ValueError("too long to be made into a page")
        html = _rendered(markdown, attachments or {})
    except Exception:  # brackets a thousand deep: then the text as it was written
        html = f"<pre>{escape(markdown[:MAX_SIZE])}</pre>"
    clean = _TEX_THAT_LEADS_AWAY.sub("＼", cleaner().clean(html))
    return f"<div>{_MARKUP.sub(lambda found: f'&#{ord(found[0])};', clean)}</div>"


@cache
def cleaner() -> nh3.Cleaner:
    """Return the sanitizer (nh3, which is Rust's ammonia): no script, no style, no address but a place on the page itself."""
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        attributes={
            "*": {"class", "id", "title"},
            "a": {"href"},
            "img": {"src", "alt", "width", "height"},
            **{cell: {"align", "colspan", "rowspan", "style"} for cell in ("td", "th")},
        },
        attribute_filter=_kept,
        url_schemes={"data"},
        link_rel=None,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if value.startswith("#") else None
    if name == "src":
        # In an <img> no SVG runs scripts or loads anything, so one pasted by a student does no harm. A picture from
        # elsewhere would tell its owner who reads the page, and when; one from this server could do what a click does.
        return value if tag == "img" and PASTED.fullmatch(value) else None
    if name == "style":
        return value if ALIGNED.fullmatch(value) else None
    return value


def _rendered(markdown: str, attachments: Mapping[str, Any]) -> str:
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.children:
            token.children = list(_without_addresses(token.children, attachments))
        if token.type == "fence":
            token.info = ""  # it would become a class of the page
    return str(reader.renderer.render(tokens, reader.options, {}))


def _without_addresses(tokens: list[Token], attachments: Mapping[str, Any]) -> Iterator[Token]:
    """Yield the parts of a line with addresses as text."""
    from markdown_it.token import Token

    kept: list[str | None] = []  # for each open link the address that its end says
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            kept.append(None if address.startswith("#") else "" if token.info == "auto" else address)
            if kept[-1] is not None:
                continue
        elif token.type == "link_close" and (said := kept.pop()) is not None:
            if said:
                yield Token("text", "", 0, content=f" ({said})")
            continue
        elif token.type == "image":
            address = _attached(str(token.attrs.get("src", "")), attachments)
            if not PASTED.fullmatch(address):
                yield Token("text", "", 0, content=f"[{token.content}: {address}]")
                continue
            token.attrs["src"] = address
        yield token


def _attached(address: str, attachments: Mapping[str, Any]) -> str:
    """Return the picture that an address of the form `attachment:name` means, as a `data:` address."""
    from urllib.parse import unquote

    kind, _, name = address.partition(":")
    found = attachments.get(unquote(name), attachments.get(name)) if kind == "attachment" else None
    if isinstance(found, Mapping):
        for media, content in found.items():
            text = "".join(content) if isinstance(content, list) else content
            if isinstance(text, str) and PASTED.fullmatch(whole := f"data:{media};base64,{text.strip()}"):
                return whole
    return address


@cache
def _reader() -> MarkdownIt:
    """Return a reader of CommonMark with tables and formulas, in which HTML is text."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    class Reader(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802  # a drawing of the notebook's own is no address
            return super().validateLink(url) or PASTED.fullmatch(url) is not None

    reader = Reader("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.use(dollarmath_plugin, allow_labels=False, double_inline=True).use(amsmath_plugin)
    for name in ("math_inline", "math_inline_double", "math_block", "amsmath"):
        reader.add_render_rule(name, _formula)
    return reader


def _formula(_: Any, tokens: list[Token], index: int, *__: Any) -> str:
    token = tokens[index]
    sign = "" if token.type == "amsmath" else "$" if token.type == "math_inline" else "$$"
    text = escape(f"{sign}{token.content}{sign}")
    return text if token.type.startswith("math_inline") else f"<p>{text}</p>\n"
