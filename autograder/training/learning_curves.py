"""Accuracy and AUC of every seed by epoch, as a small SVG: the same text for the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from autograder.training.metrics import Metrics, constant_answer

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 120, 18, 34  # margins in pixels
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e")


def curves_svg(metrics: Metrics) -> str:
    """Return the picture: solid lines are accuracies, dashed ones AUCs, the dotted line is a constant answer."""
    runs = metrics["runs"]
    count = max(len(run["epochs"]) for run in runs)
    constant = max(constant_answer(run["confusion"]) for run in runs)
    figures = [epoch["accuracy"] for run in runs for epoch in run["epochs"]]
    lowest = max(0.0, int(10 * min([*figures, constant]) - 0.5) / 10)
    frame = _Frame(count, lowest)
    parts = [*frame.axes(), frame.line([(1, constant), (count, constant)], "#888888", "2 4")]
    for number, run in enumerate(runs):
        colour = COLOURS[number % len(COLOURS)]
        parts.append(frame.line([(e["epoch"], e["accuracy"]) for e in run["epochs"]], colour))
        areas = [(e["epoch"], e["auc"]) for e in run["epochs"] if e["auc"] is not None]
        parts.append(frame.line(areas, colour, "6 4"))
        parts += [frame.dot(e["epoch"], e["accuracy"], colour) for e in run["epochs"]]
        parts.append(frame.label(number, f"seed {run['seed']}", colour))
    parts.append(frame.label(len(runs) + 0.5, "– accuracy", "#333333"))
    if any(epoch["auc"] is not None for run in runs for epoch in run["epochs"]):
        parts.append(frame.label(len(runs) + 1.5, "- - AUC", "#333333"))
    parts.append(frame.label(len(runs) + 2.5, "··· constant", "#888888"))
    title = escape(f"{metrics['network']}: accuracy and AUC by epoch")
    return (
        f"<!-- generated from metrics.json by autograder train, do not edit -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img">\n<title>{title}</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n' + "\n".join(filter(None, parts)) + "\n</svg>\n"
    )


class _Frame:
    """Turns epochs (1 .. count) and fractions (lowest .. 1) into places."""

    def __init__(self, count: int, lowest: float) -> None:
        self._count, self._lowest = count, lowest

    def _x(self, epoch: float) -> float:
        share = (epoch - 1) / (self._count - 1) if self._count > 1 else 0.5
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def _y(self, value: float) -> float:
        share = (1.0 - value) / (1.0 - self._lowest)
        return round(TOP + share * (HEIGHT - TOP - BOTTOM), 1)

    def axes(self) -> Iterator[str]:
        for tenth in range(round(self._lowest * 10), 11):
            y = self._y(tenth / 10)
            yield f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="#dddddd"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="#333333">{tenth / 10:.1f}</text>'
        for epoch in range(1, self._count + 1, -(-self._count // 10)):
            yield f'<text x="{self._x(epoch)}" y="{HEIGHT - 14}" text-anchor="middle" fill="#333333">{epoch}</text>'
        yield f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 1}" text-anchor="middle" fill="#333333">epoch</text>'

    def line(self, points: list[tuple[float, float]], colour: str, dashes: str = "") -> str:
        if len(points) < 2 or points[0] == points[-1]:
            return ""
        places = " ".join(f"{self._x(x)},{self._y(y)}" for x, y in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'

    def dot(self, epoch: int, value: float, colour: str) -> str:
        return f'<circle cx="{self._x(epoch)}" cy="{self._y(value)}" r="3.5" fill="{colour}"/>'

    def label(self, line: float, text: str, colour: str) -> str:
        return f'<text x="{WIDTH - RIGHT + 14}" y="{TOP + 12 + 18 * line:g}" fill="{colour}">{escape(text)}</text>'
