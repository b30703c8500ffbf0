"""Measured curves as an SVG picture: panels side by side with one scale, drawn on the canvas of the figures."""

from __future__ import annotations

import math
from dataclasses import dataclass

from autograder.facts.svg import INK, MUTED, Canvas, text_width
from autograder.text import Language, Text

PANEL_WIDTH, PANEL_HEIGHT = 330.0, 210.0
LEFT, BETWEEN, TOP, BELOW = 62.0, 46.0, 64.0, 46.0
GRID = "#dde3e9"
LABEL = 12.0
COLOURS = ("#2f6db5", "#c2410c", "#2a7d45", "#7048b5")


@dataclass(frozen=True)
class Curve:
    """One curve.

    Attributes:
        points: (x, y) in the order of x.
        colour: Its place in COLOURS.
    """

    name: Text
    points: tuple[tuple[float, float], ...]
    colour: int = 0
    dashed: bool = False


@dataclass(frozen=True)
class Panel:
    """A frame with its curves."""

    title: Text
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Chart:
    """Panels with the same axes.

    Attributes:
        x, y: What the axes measure, with units where there are any.
    """

    title: Text
    x: Text
    y: Text
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class _Scale:
    """From values to pixels, the same in all panels."""

    last: float
    low: float
    high: float

    def x(self, left: float, value: float) -> float:
        return left + PANEL_WIDTH * value / self.last

    def y(self, value: float) -> float:
        return TOP + PANEL_HEIGHT * (self.high - value) / (self.high - self.low)


def chart(drawn: Chart, language: Language) -> str:
    """Return the picture: SVG, the same text on every call."""
    canvas = Canvas()
    points = [point for panel in drawn.panels for curve in panel.curves for point in curve.points]
    step = _step(max(y for _, y in points) - min(y for _, y in points))
    low = step * math.floor(min(y for _, y in points) / step)
    scale = _Scale(max(x for x, _ in points), low, step * math.ceil(max(y for _, y in points) / step + 1e-9))
    canvas.text(14, 26, drawn.title.to(language), 15, anchor="start", bold=True)
    left = LEFT
    for panel in drawn.panels:
        _frame(canvas, drawn, panel, left, scale, step, language)
        left += PANEL_WIDTH + BETWEEN
    last = drawn.panels[-1]
    room = max(text_width(curve.name.to(language), LABEL) for curve in last.curves) + 20
    _names(canvas, last, left - BETWEEN, scale, language)
    return canvas.document(left - BETWEEN + 24 + room, TOP + PANEL_HEIGHT + BELOW, drawn.title.to(language))


def _frame(
    canvas: Canvas, drawn: Chart, panel: Panel, left: float, scale: _Scale, step: float, language: Language
) -> None:
    value = scale.low
    while value <= scale.high + step / 2:
        canvas.line((left, scale.y(value)), (left + PANEL_WIDTH, scale.y(value)), stroke=GRID)
        canvas.text(left - 7, scale.y(value) + 4, f"{value:.10g}", LABEL, fill=MUTED, anchor="end")
        value = round(value + step, 10)
    for mark in range(1, int(scale.last) + 1):
        canvas.text(scale.x(left, mark), TOP + PANEL_HEIGHT + 18, f"{mark}", LABEL, fill=MUTED)
    canvas.text(left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 36, drawn.x.to(language), LABEL, fill=MUTED)
    heading = f"{panel.title.to(language)} · {drawn.y.to(language)}"
    canvas.text(left, TOP - 12, heading, 13, fill=INK, anchor="start", bold=True)
    for curve in panel.curves:
        for x, y in curve.points:
            canvas.circle(scale.x(left, x), scale.y(y), 2.5, COLOURS[curve.colour])
        canvas.curve(
            [(scale.x(left, x), scale.y(y)) for x, y in curve.points], COLOURS[curve.colour], dashed=curve.dashed
        )


def _names(canvas: Canvas, panel: Panel, right: float, scale: _Scale, language: Language) -> None:
    """Write the names of the curves beside their ends in the last panel; the colours tell them in the others."""
    for number, curve in enumerate(panel.curves):
        place = right + 8, _apart(panel, scale, number) + 4
        canvas.text(*place, curve.name.to(language), LABEL, fill=COLOURS[curve.colour], anchor="start")


def _apart(panel: Panel, scale: _Scale, number: int) -> float:
    """Return where the name of a curve stands: at its end, but at least a line away from the others."""
    ends = sorted(range(len(panel.curves)), key=lambda place: scale.y(panel.curves[place].points[-1][1]))
    places: dict[int, float] = {}
    lowest = -math.inf
    for place in ends:
        lowest = places[place] = max(scale.y(panel.curves[place].points[-1][1]), lowest + 16)
    return places[number]


def _step(span: float) -> float:
    """Return a round number of which about five make the span."""
    power = 10.0 ** math.floor(math.log10(max(span, 1e-9) / 5))
    return round(next(power * factor for factor in (1, 2, 5, 10) if power * factor >= span / 5), 10)
