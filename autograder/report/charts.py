"""Charts as SVG that stands in a page: drawn by Matplotlib, coloured and set by the page's own style.

No chart holds a word, only numbers and ids: the words stand beside it, in both languages.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograder.checkin.status import Status

# Drawn in these, shown in the variable of the page: light and dark pages share one drawing.
INK, GRID, ACCENT, LIMIT = "#010101", "#020202", "#030303", "#040404"
STATUS_COLOURS = {
    Status.ON_TIME: "#050505",
    Status.LATE: "#060606",
    Status.MADE_UP: "#070707",
    Status.ON_LEAVE: "#080808",
    Status.MISSED: "#090909",
    Status.LATE_OPEN: "#0a0a0a",
    Status.NOT_IN_CLASS: "#0b0b0b",
}
VARIABLES = {
    INK: "--muted",
    GRID: "--line",
    ACCENT: "--accent",
    LIMIT: "--missed",
    **{colour: f"--{status.value.replace('_', '-')}" for status, colour in STATUS_COLOURS.items()},
}
# Told apart without colour too.
HATCHES = {
    Status.LATE: "//",
    Status.MADE_UP: "..",
    Status.ON_LEAVE: "--",
    Status.MISSED: "xx",
    Status.LATE_OPEN: "oo",
    Status.NOT_IN_CLASS: "/",
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": GRID,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "hatch.linewidth": 0.8,
}
BINS = 10


def histogram(values: Sequence[float], top: float, name: str, limit: float | None = None) -> tuple[Markup, list[int]]:
    """Return a histogram with ten bars from 0 to `top`, and the height of each; the last bar holds `top` itself.

    Args:
        name: Of the chart, another one for each chart of a page.
        limit: Where a dashed line stands.
    """
    counts = [0] * BINS
    for value in values:
        counts[min(BINS - 1, max(0, int(BINS * value / top + 1e-9)))] += 1
    width = top / BINS
    figure, axes = _axes(3.4, 1.9)
    axes.bar([width * (n + 0.5) for n in range(BINS)], counts, 0.88 * width, color=ACCENT)
    axes.set_xlim(0, top)
    axes.set_xticks([top * n / 5 for n in range(6)])
    if limit is not None:
        axes.axvline(limit, color=LIMIT, linestyle=(0, (4, 3)), linewidth=1.6)
    return _svg(figure, name), counts


def stacked_weeks(weeks: Sequence[int], counts: Sequence[dict[Status, int]], name: str) -> Markup:
    """Return one bar for each week, stacked by status, in the order of `STATUS_COLOURS`."""
    figure, axes = _axes(9.0, 2.8)
    bottom = [0] * len(weeks)
    for status, colour in STATUS_COLOURS.items():
        heights = [count.get(status, 0) for count in counts]
        bars = axes.bar(range(len(weeks)), heights, 0.72, bottom, color=colour, linewidth=0)
        for bar in bars:
            bar.set_hatch(HATCHES.get(status, ""))
            bar.set_edgecolor(GRID)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    axes.set_ylim(0, 1.05 * max(1, *bottom))
    axes.set_xticks(range(len(weeks)), [str(week) for week in weeks])
    return _svg(figure, name)


def _axes(width: float, height: float) -> tuple[Figure, Any]:
    with rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
    axes.grid(axis="y", linewidth=0.8)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    return figure, axes


def _svg(figure: Figure, name: str) -> Markup:
    """Return a figure as an SVG element: the same for the same numbers, without ids but those that it refers to."""
    content = io.StringIO()
    with rc_context({**STYLE, "svg.hashsalt": name}):
        figure.savefig(content, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = content.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    used = set(re.findall(r"#([\w.]+)", text))
    text = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", text)
    text = re.sub(r"font: [^\"]*?([\d.]+px)[^;\"]*", r"font-size: \1", text)
    text = re.sub(r" font-family: [^;\"]*;", "", text)
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text).replace("<svg", '<svg aria-hidden="true"', 1)
    return Markup(re.sub(r"\n\s*", "\n", text))
