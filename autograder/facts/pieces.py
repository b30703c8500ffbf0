"""The pieces of a figure: each knows its size and draws itself on a horizontal axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.facts.svg import INK, MUTED, PAPER, Canvas, text_width
from autograder.portable.older import paired, pairwise

HEADING, BODY, LABEL = 14.0, 12.5, 12.0
STEP = 17.0  # from one line of text to the next
BAND = 21.0
SIDE = 12.0  # left and right of the text in a card
MIN_GAP = 30.0
BUS = 16.0  # from the line on which branches begin to their arrows
BETWEEN = 20.0  # between two branches, and below a shortcut
SUM = 12.0  # radius of the plus
COLOURS = {
    "conv": ("#e4effb", "#2f6db5"),
    "pool": ("#fdf0dc", "#b8690f"),
    "fc": ("#e4f5e8", "#2a7d45"),
    "plain": ("#eef1f4", "#5a6672"),
    "block": ("#f0e9fb", "#7048b5"),
}


class Piece(Protocol):
    """Something on the axis. width; above and below: how far it reaches from the axis, in pixels."""

    @property
    def width(self) -> float: ...
    @property
    def above(self) -> float: ...
    @property
    def below(self) -> float: ...
    @property
    def output(self) -> str:
        """The size of what leaves the piece, as its arrow says it."""
        ...

    def draw(self, canvas: Canvas, x: float, axis: float) -> None:
        """Draw the piece from x to x + width."""
        ...


@dataclass(frozen=True)
class Card:
    """A box: a heading, lines, and a coloured band with what happens to the result.

    Attributes:
        kind: A key of COLOURS.
        stacked: Drawn as several sheets.
        loop: With a small shortcut over it.
    """

    kind: str
    lines: tuple[str, ...]
    band: str
    output: str
    stacked: bool = False
    loop: bool = False

    @property
    def width(self) -> float:
        """As wide as its widest text, with the sheets behind it."""
        return self._sheet + (8 if self.stacked else 0)

    @property
    def _sheet(self) -> float:
        widths = [text_width(self.lines[0], HEADING, bold=True), text_width(self.band, LABEL)]
        return max(40.0, *widths, *(text_width(line, BODY) for line in self.lines[1:])) + 2 * SIDE

    @property
    def height(self) -> float:
        """The height of the card itself."""
        return STEP * len(self.lines) + 17 + (BAND if self.band else 0)

    @property
    def above(self) -> float:
        """Half the card, and the small shortcut."""
        return self.height / 2 + (20 if self.loop else 0)

    @property
    def below(self) -> float:
        """Half the card, and the sheets behind it."""
        return self.height / 2 + (8 if self.stacked else 0)

    def draw(self, canvas: Canvas, x: float, axis: float) -> None:
        """Draw the card around the axis."""
        width = self._sheet
        fill, stroke = COLOURS[self.kind]
        top = axis - self.height / 2
        for offset in (8, 4) if self.stacked else ():
            canvas.rectangle(x + offset, top + offset, width, self.height, fill, stroke)
        canvas.rectangle(x, top, width, self.height, fill, stroke)
        if self.loop:
            left, right = x + 12, x + width - 12
            canvas.line((left, top), (left, top - 16), (right, top - 16), (right, top - 1), arrow=True, stroke=stroke)
        middle = x + width / 2
        for number, line in enumerate(self.lines):
            size, fill_text = (HEADING, INK) if number == 0 else (BODY, MUTED)
            canvas.text(middle, top + 21 + STEP * number, line, size, fill=fill_text, bold=number == 0)
        if self.band:
            canvas.band(x, top + self.height - BAND, width, BAND, stroke)
            canvas.text(middle, top + self.height - 6.5, self.band, LABEL, fill=PAPER)


@dataclass(frozen=True)
class End:
    """Where the first arrow begins or the last one ends: no box, but `name` stands under the arrow, at `side` of x.

    Attributes:
        output: The size on the arrow.
        side: 1 for an arrow to the right of the end, -1 for one to its left.
    """

    name: str
    output: str
    side: int = 1
    width: float = 0.0
    above: float = STEP
    below: float = STEP

    def draw(self, canvas: Canvas, x: float, axis: float) -> None:
        """Write the name under the arrow."""
        middle = max(gap(self.output), _least(self)) / 2
        canvas.text(x + self.side * middle - 2, axis + 15, self.name, LABEL, fill=MUTED)


@dataclass(frozen=True)
class Chain:
    """Pieces one after the other, with the sizes on the arrows between them."""

    pieces: tuple[Piece, ...]

    @property
    def width(self) -> float:
        """The pieces and the arrows between them."""
        return sum(piece.width for piece in self.pieces) + sum(self._gaps)

    @property
    def _gaps(self) -> list[float]:
        """The lengths of the arrows between the pieces."""
        return [max(gap(here.output), _least(here), _least(after)) for here, after in pairwise(self.pieces)]

    @property
    def above(self) -> float:
        """As the highest piece."""
        return max((piece.above for piece in self.pieces), default=0)

    @property
    def below(self) -> float:
        """As the deepest piece."""
        return max((piece.below for piece in self.pieces), default=0)

    @property
    def output(self) -> str:
        """The last piece's."""
        return self.pieces[-1].output if self.pieces else ""

    def draw(self, canvas: Canvas, x: float, axis: float) -> None:
        """Draw pieces and arrows."""
        for piece, after, length in paired(self.pieces, [*self.pieces[1:], None], [*self._gaps, 0.0]):
            piece.draw(canvas, x, axis)
            x += piece.width
            if after is not None:
                arrow(canvas, x, x + length, axis, piece.output, head=not isinstance(after, (Fork, Bypass)))
                x += length


@dataclass(frozen=True)
class Fork:
    """Branches that begin on one line and are joined by a card."""

    branches: tuple[Chain, ...]
    join: Card

    @property
    def width(self) -> float:
        """The start, the widest branch, and the join."""
        return 3 * BUS + self._inner + self.join.width + MIN_GAP

    @property
    def _inner(self) -> float:
        return max(chain.width + gap(chain.output) for chain in self.branches)

    @property
    def above(self) -> float:
        """Half of all branches."""
        return (sum(chain.above + chain.below for chain in self.branches) + BETWEEN * (len(self.branches) - 1)) / 2

    @property
    def below(self) -> float:
        """The other half."""
        return self.above

    @property
    def output(self) -> str:
        """The join's."""
        return self.join.output

    def draw(self, canvas: Canvas, x: float, axis: float) -> None:
        """Draw the branches from top to bottom and join them."""
        start, end = x + BUS, x + 3 * BUS + self._inner
        canvas.line((x, axis), (start, axis))
        for chain, own in paired(self.branches, self._axes(axis)):
            left = start + 2 * BUS
            canvas.line((start, axis), *_corner((start, own), axis), (left, own), arrow=bool(chain.pieces))
            chain.draw(canvas, left, own)
            right = left + chain.width
            canvas.line((right, own), *_corner((end, own), axis), (end, axis))
            canvas.text(right + 8, own - 6, chain.output, LABEL, fill=MUTED, anchor="start")
        canvas.line((end, axis), (end + MIN_GAP, axis), arrow=True)
        self.join.draw(canvas, end + MIN_GAP, axis)

    def _axes(self, axis: float) -> list[float]:
        axes, top = [], axis - self.above
        for chain in self.branches:
            axes.append(top + chain.above)
            top += chain.above + chain.below + BETWEEN
        return axes


@dataclass(frozen=True)
class Bypass:
    """A body and a shortcut over it, added at the end.

    Attributes:
        note: What stands on the shortcut's line.
        after: The card behind the plus, None for nothing.
    """

    body: Chain
    shortcut: Chain
    note: str
    output: str
    after: Card | None = None

    @property
    def width(self) -> float:
        """The body between the fork and the plus."""
        after = MIN_GAP + self.after.width if self.after else 0
        return self._to_sum + SUM + after

    @property
    def _to_sum(self) -> float:
        """From the left end to the middle of the plus."""
        aside = self.shortcut.width + (gap(self.shortcut.output) if self.shortcut.pieces else 0)
        return 2 * BUS + max(self.body.width, aside, text_width(self.note, LABEL)) + MIN_GAP + SUM

    @property
    def above(self) -> float:
        """The body and the shortcut over it."""
        return self._rise + max(self.shortcut.above, 0) + STEP

    @property
    def _rise(self) -> float:
        return self.body.above + BETWEEN + self.shortcut.below

    @property
    def below(self) -> float:
        """As the body."""
        return self.body.below

    def draw(self, canvas: Canvas, x: float, axis: float) -> None:
        """Draw the body on the axis and the shortcut over it."""
        fork, top, middle = x + 6, axis - self._rise, x + self._to_sum
        left = x + 2 * BUS
        canvas.line((x, axis), (left, axis), arrow=True)
        canvas.circle(fork, axis, 3, INK)
        self.body.draw(canvas, left, axis)
        canvas.line((left + self.body.width, axis), (middle - SUM, axis), arrow=True)
        if self.shortcut.pieces:
            start = (fork + middle - self.shortcut.width - gap(self.shortcut.output)) / 2
            canvas.line((fork, axis), (fork, top), (start, top), arrow=True)
            self.shortcut.draw(canvas, start, top)
            canvas.line((start + self.shortcut.width, top), (middle, top), (middle, axis - SUM), arrow=True)
            label = start + self.shortcut.width + 8
            canvas.text(label, top - 6, self.shortcut.output, LABEL, fill=MUTED, anchor="start")
        else:
            canvas.line((fork, axis), (fork, top), (middle, top), (middle, axis - SUM), arrow=True)
        canvas.text((fork + middle) / 2, top - self.shortcut.above - 7, self.note, LABEL, fill=MUTED)
        canvas.circle(middle, axis, SUM, PAPER, INK)
        canvas.line((middle - 5, axis), (middle + 5, axis), stroke=INK)
        canvas.line((middle, axis - 5), (middle, axis + 5), stroke=INK)
        if self.after:
            canvas.line((middle + SUM, axis), (middle + SUM + MIN_GAP, axis), arrow=True)
            self.after.draw(canvas, middle + SUM + MIN_GAP, axis)


def gap(label: str) -> float:
    """Return how long an arrow with this label is."""
    return max(MIN_GAP, text_width(label, LABEL) + 18)


def _least(piece: Piece) -> float:
    """Return how long the arrow beside a piece is at least: a name under it needs room."""
    if isinstance(piece, Chain):
        return 0 if not piece.pieces else max(_least(piece.pieces[0]), _least(piece.pieces[-1]))
    return text_width(piece.name, LABEL) + 14 if isinstance(piece, End) else 0


def arrow(canvas: Canvas, start: float, end: float, axis: float, label: str, *, head: bool = True) -> None:
    """Draw an arrow on the axis with its label over it; without a head the line goes on in the next piece."""
    canvas.line((start, axis), (end, axis), arrow=head)
    canvas.text((start + end) / 2 - 2, axis - 6, label, LABEL, fill=MUTED)


def rows_of(pieces: Sequence[Piece], width: float) -> list[Chain]:
    """Return the pieces in as few rows of at most `width` pixels as possible, the longest row as short as possible."""
    limit = width
    rows = _broken(pieces, width)
    for _ in range(40):  # the next shorter limit, as long as the number of rows stays
        limit = max(row.width for row in rows) - 0.5
        shorter = _broken(pieces, limit)
        if len(shorter) > len(rows) or max(row.width for row in shorter) > limit:
            break
        rows = shorter
    return rows


def _broken(pieces: Sequence[Piece], width: float) -> list[Chain]:
    rows: list[list[Piece]] = [[]]
    for piece in pieces:
        if rows[-1] and Chain((*rows[-1], piece)).width > width:
            rows.append([])
        rows[-1].append(piece)
    return [Chain(tuple(row)) for row in rows]


def _corner(corner: tuple[float, float], axis: float) -> list[tuple[float, float]]:
    """Return the corner of a line that leaves the axis; none where it stays on it."""
    return [] if corner[1] == axis else [corner]
