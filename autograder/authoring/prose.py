"""Placeholders in prose: pictures, tables and numbers that the build fills in. docs/authoring.md lists them all.

Of networks, from the chapter's `architecture.py`: figure, table, parameters, multiply_adds. Of recorded runs
(`autograder/facts/recorded.py`): recorded, time, interval, curves, run, runs. Of `chapter.yml`: accuracy, constants. Of `checks.py`: tolerance.

NAME is a network of the chapter, or `chapter.NAME` for one of another chapter.

A picture is a `data:` address at the end of its cell. An attachment would leave the text shorter, but JupyterLab 4 shows
attachments of five bitmap types only; a `data:` address is shown by JupyterLab, Notebook and nbconvert.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from autograder.course import load_chapter
from autograder.course.wording import IT_HAS, THERE_IS, meant
from autograder.errors import AuthoringError
from autograder.facts import wording
from autograder.facts.arithmetic import totals
from autograder.facts.chart import Chart, chart
from autograder.facts.figure import figure
from autograder.facts.layers import Network
from autograder.facts.reading import DECLARATION, read_networks
from autograder.facts.recorded import NOT_MEASURED, PLACEHOLDER, QUOTED, Records
from autograder.facts.tables import markdown_table
from autograder.text import Language, Text

APART = re.compile(r"\s*([-*+] |\d+[.)] |#|\||>|```|~~~|\$\$|!\[|\[[^\]]+\]:|\{\{|<|### )")
FENCE = re.compile(r"\s*(```|~~~|\$\$\s*$)")
WHOLE = re.compile(r"\s*(#|\||!\[|\{\{\w+:[\w.]+\}\}\s*$|</?\w)")  # lines that no other is joined to
FIRST_WIDE = 0x2E80  # Chinese characters, their punctuation and full-width forms lie above
WIDE = "“”‘’…—·"
OWN_LINE = ("figure", "table", "runs", "curves", "constants")
ALTERNATIVE = Text(
    zh="{title}：结构图，从输入 {before} 到输出 {after}，{parameters} 个参数",
    en="{title}: diagram from the input {before} to the output {after}, {parameters} parameters",
)
HEADING = Text(zh="| 名字 | 是什么 | 数值 |", en="| name | what it is | value |")
CURVES = Text(zh="{title}：曲线图，{ends}", en="{title}: curves, {ends}")

NO_ACCURACY = Text(
    zh="accuracy:{name}: source/{chapter}/chapter.yml 里要有 `accuracy`，名字写 minimum 或 constant",
    en="accuracy:{name}: source/{chapter}/chapter.yml must have `accuracy`, and the name is minimum or constant",
)
NO_CONSTANTS = Text(
    zh="constants:{name}: source/{chapter}/chapter.yml 里要有 `variants`，名字写 paper",
    en="constants:{name}: source/{chapter}/chapter.yml must have `variants`, and the name is paper",
)
NO_CHECK = Text(
    zh="tolerance:{name}: source/{chapter}/checks.py 里没有这个检查{advice}",
    en="tolerance:{name}: source/{chapter}/checks.py has no such check{advice}",
)
NO_NETWORK = Text(zh="{place} 里没有网络 {name!r}{advice}", en="{place} has no network {name!r}{advice}")
DECLARES_NONE = Text(zh="；那里没有声明网络", en="; it declares none")
NEEDS_LINE = Text(
    zh="{placeholder} 要单独占一行，前后各空一行",
    en="{placeholder} needs a line of its own, with an empty line before and after it",
)
UNKNOWN = Text(zh="{placeholder}: 没有这种占位符{advice}", en="{placeholder}: unknown placeholder{advice}")

Renderer = Callable[[Network, Language], str]
RENDERERS: dict[str, Renderer] = {
    "figure": lambda network, language: f"![{_alternative(network, language)}][figure-{network.name}]",
    "table": markdown_table,
    "parameters": lambda network, _: f"{totals(network).parameters:,}",
    "multiply_adds": lambda network, _: f"{totals(network).multiply_adds:,}",
}


class Declarations:
    """The networks that a chapter's prose may name. `source`: the folder of all chapters."""

    def __init__(self, source: Path, chapter_id: str) -> None:
        self._source = source
        self.recorded = Records(source.parent)
        self._chapter_id = chapter_id

    @cached_property
    def own(self) -> dict[str, Network]:
        """The networks of the chapter itself, by name."""
        return read_networks(self._source / self._chapter_id)

    def accuracy(self, name: str) -> str:
        """Return `minimum` or `constant` of the chapter's `accuracy`.

        Raises:
            AuthoringError: Where there is none.
        """
        accuracy = load_chapter(self._source / self._chapter_id).accuracy
        if accuracy is None or name not in ("minimum", "constant"):
            raise AuthoringError(NO_ACCURACY.format(name=name, chapter=self._chapter_id))
        return f"{getattr(accuracy, name):g}"

    def constants(self, name: str, language: Language) -> str:
        """Return the chapter's constants with the values of the `paper`, as a table.

        Raises:
            AuthoringError: Where there are none.
        """
        variants = load_chapter(self._source / self._chapter_id).variants
        if variants is None or name != "paper":
            raise AuthoringError(NO_CONSTANTS.format(name=name, chapter=self._chapter_id))
        rows = [(f"`{one.name}`", one.meaning.to(language), f"{one.paper}") for one in variants.constants]
        heading = (HEADING.to(language), "| --- | --- | --- |")
        return "\n".join((*heading, *(f"| {' | '.join(row)} |" for row in rows)))

    def tolerance(self, name: str) -> str:
        """Return how far off a number may be at the check `task.check`.

        Raises:
            AuthoringError: Where it tolerates nothing.
        """
        from autograder.authoring.record import read_checks

        folder = self._source / self._chapter_id
        checks = read_checks(folder, load_chapter(folder)).graded
        if name not in checks:
            advice = meant(name, checks, IT_HAS)
            raise AuthoringError(NO_CHECK.format(name=name, chapter=self._chapter_id, advice=advice))
        return f"{checks[name].tolerance:g}"

    def network(self, name: str) -> Network:
        """Return the network `NAME` of this chapter, or `chapter.NAME`.

        Raises:
            AuthoringError: Where there is none.
        """
        chapter_id, _, own_name = name.rpartition(".")
        networks = read_networks(self._source / chapter_id) if chapter_id else self.own
        if own_name in networks:
            return networks[own_name]
        place = f"source/{chapter_id or self._chapter_id}/{DECLARATION}"
        advice = meant(own_name, networks, IT_HAS if networks else DECLARES_NONE)
        raise AuthoringError(NO_NETWORK.format(place=place, name=own_name, advice=advice))


def filled(text: str, language: Language, declarations: Declarations) -> str:
    """Return Markdown with its placeholders replaced.

    Raises:
        AuthoringError: For unknown names and misplaced pictures.
    """
    pictures: dict[str, str] = {}

    def replaced(match: re.Match[str]) -> str:
        kind, name = match.groups()
        if kind == "accuracy":
            return declarations.accuracy(name)
        if kind == "tolerance":
            return declarations.tolerance(name)
        if kind == "constants":
            return declarations.constants(name, language)
        if kind in OWN_LINE and _line(text, match).strip() != match[0]:
            raise AuthoringError(NEEDS_LINE.format(placeholder=match[0]))
        if kind == "curves":
            return _curves(name, language, declarations.recorded, pictures)
        if kind in QUOTED:
            return QUOTED[kind](declarations.recorded, name, language)
        if kind not in RENDERERS:
            known = [*RENDERERS, *QUOTED, "curves", "accuracy", "tolerance", "constants"]
            raise AuthoringError(UNKNOWN.format(placeholder=match[0], advice=meant(kind, known, THERE_IS)))
        network = declarations.network(name)
        if kind == "figure":
            pictures[network.name] = _picture(network.name, figure(network, language))
        return RENDERERS[kind](network, language)

    new = PLACEHOLDER.sub(replaced, text)
    return "\n\n".join([new, *pictures.values()])


def _curves(name: str, language: Language, records: Records, pictures: dict[str, str]) -> str:
    """Return the words for the chart of a record, and put the chart among the pictures."""
    shown = records.chart(name)
    if shown is None:
        return NOT_MEASURED.to(language)
    pictures[f"{name}-curves"] = _picture(f"{name}-curves", chart(shown, language))
    return f"![{_described(shown, language)}][figure-{name}-curves]"


def _line(text: str, match: re.Match[str]) -> str:
    return text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]


def _picture(name: str, drawn: str) -> str:
    return f"[figure-{name}]: data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def _alternative(network: Network, language: Language) -> str:
    sums = totals(network)
    sizes = {"before": wording.size(network.input_shape), "after": wording.size(sums.output_shape)}
    said = ALTERNATIVE.format(title=network.title.to(language), parameters=f"{sums.parameters:,}", **sizes)
    return _escaped(said.to(language))


def _described(shown: Chart, language: Language) -> str:
    """Return the words for those who do not see the picture: where each curve begins and ends."""
    several = len(shown.panels) > 1
    ends = [
        f"{panel.title.to(language) + ' ' if several else ''}{curve.name.to(language)} "
        f"{curve.points[0][1]:.3g} → {curve.points[-1][1]:.3g}"
        for panel in shown.panels
        for curve in panel.curves
    ]
    between = "，" if language == "zh" else ", "
    return _escaped(CURVES.format(title=shown.title.to(language), ends=between.join(ends)).to(language))


def _escaped(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def unwrapped(text: str) -> str:
    """Return Markdown with each paragraph and list entry in one line; code, formulas on their own and tables stay."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        fence = FENCE.match(line)
        before = lines[-1] if lines else ""
        joins = not (fenced or fence or not line.strip() or not before.strip() or APART.match(line))
        if joins and not WHOLE.match(before) and not FENCE.match(before) and not before.endswith("  "):
            lines[-1] = _joined(before.rstrip(), line.strip())
        else:
            lines.append(line)
        fenced ^= bool(fence)
    return "\n".join(lines)


def _joined(before: str, after: str) -> str:
    """Return two lines as one: with a space, but not between two Chinese characters or beside Chinese punctuation."""
    left, right = (before.rstrip("*_") or before)[-1], (after.lstrip("*_") or after)[0]
    touching = (_wide(left) and _wide(right)) or _mark(left) or _mark(right)
    return f"{before}{'' if touching else ' '}{after}"


def _wide(character: str) -> bool:
    return ord(character) >= FIRST_WIDE or character in WIDE


def _mark(character: str) -> bool:
    return character in WIDE or 0x3000 <= ord(character) <= 0x303F or 0xFF00 <= ord(character) <= 0xFFEF
