"""A small SVG canvas: rectangles, lines, texts. The same calls always give the same text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape

from autograder.portable.older import paired

FONT = "'Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif"
INK, LINE, MUTED, PAPER = "#1f2933", "#52606d", "#52606d", "#ffffff"
FIRST_WIDE_CHARACTER = 0x2E80
NARROW, ROUND = " .,:;|ijlt-'()[]/·", "mwMW@%"

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text is, in pixels, at a font size in pixels; rather too wide than too narrow."""
    ems = sum(_ems(character) for character in text)
    return ems * size * (1.07 if bold else 1.0)


def _ems(character: str) -> float:
    if ord(character) >= FIRST_WIDE_CHARACTER:
        return 1.0
    if character in NARROW:
        return 0.32
    if character in ROUND:
        return 0.92
    return 0.7 if character.isupper() else 0.57


@dataclass
class Canvas:
    """Shapes in the order in which they are drawn. All measures are in pixels, from the top left corner."""

    elements: list[str] = field(default_factory=list)

    def rectangle(self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "none") -> None:
        """Draw a rectangle with round corners."""
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self.elements.append(f'<rect {place} rx="7" fill="{fill}" stroke="{stroke}"/>')

    def band(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Draw the lower end of a card: round corners below only."""
        side = _n(height - 7)
        path = f"M{_n(x)} {_n(y)}h{_n(width)}v{side}q0 7 -7 7h{_n(14 - width)}q-7 0 -7 -7z"
        self.elements.append(f'<path d="{path}" fill="{fill}"/>')

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str = "none") -> None:
        """Draw a circle around (x, y)."""
        self.elements.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}" stroke="{stroke}"/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        fill: str = INK,
        anchor: Anchor = "middle",
        bold: bool = False,
    ) -> None:
        """Write a text on the base line y."""
        weight = ' font-weight="600"' if bold else ""
        style = f'font-size="{_n(size)}" fill="{fill}" text-anchor="{anchor}"{weight}'
        self.elements.append(f'<text x="{_n(x)}" y="{_n(y)}" {style}>{escape(text)}</text>')

    def line(self, *points: Point, arrow: bool = False, stroke: str = LINE) -> None:
        """Draw a line through points, with round corners, and with a head at its end if asked for."""
        first, *inner, last = points
        path = f"M{_n(first[0])} {_n(first[1])}"
        before = first
        for here, after in paired(inner, [*inner, last][1:]):
            start, end = _near(here, before), _near(here, after)
            path += f"L{_n(start[0])} {_n(start[1])}Q{_n(here[0])} {_n(here[1])} {_n(end[0])} {_n(end[1])}"
            before = here
        path += f"L{_n(last[0])} {_n(last[1])}"
        head = ' marker-end="url(#head)"' if arrow else ""
        self.elements.append(f'<path d="{path}" fill="none" stroke="{stroke}" stroke-width="1.5"{head}/>')

    def curve(self, points: Sequence[Point], stroke: str, *, dashed: bool = False) -> None:
        """Draw straight lines from point to point, as a measured curve."""
        places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        dashes = ' stroke-dasharray="6 4"' if dashed else ""
        self.elements.append(f'<polyline points="{places}" fill="none" stroke="{stroke}" stroke-width="2"{dashes}/>')

    def document(self, width: float, height: float, title: str) -> str:
        """Return the whole SVG on white paper, so that it reads in a dark theme too."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}"'
        return "\n".join(
            [
                f'{head} viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}" role="img">',
                f"<title>{escape(title)}</title>",
                '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
                f'orient="auto"><path d="M0 0L8 4L0 8z" fill="{LINE}"/></marker></defs>',
                f'<rect width="{_n(width)}" height="{_n(height)}" fill="{PAPER}"/>',
                *self.elements,
                "</svg>\n",
            ]
        )


def _near(corner: Point, neighbour: Point, radius: float = 9) -> Point:
    """Return the point at which a round corner begins, on the way from `corner` to `neighbour`."""
    across, down = neighbour[0] - corner[0], neighbour[1] - corner[1]
    length = max(abs(across) + abs(down), 1e-9)
    part = min(radius / length, 0.5)
    return corner[0] + across * part, corner[1] + down * part


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
