"""A network as an SVG picture, about as wide as a notebook."""

from __future__ import annotations

from autograder.facts import wording
from autograder.facts.arithmetic import Measured, Totals, measure, totals
from autograder.facts.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Block,
    Branches,
    Conv,
    Dropout,
    GlobalAveragePool,
    Linear,
    MaxPool,
    Network,
    Repeat,
    Residual,
)
from autograder.facts.pieces import LABEL, Bypass, Card, Chain, End, Fork, Piece, rows_of
from autograder.facts.svg import MUTED, Canvas, text_width
from autograder.text import Language, Text

WIDTH = 900.0
MARGIN = 16.0
TURN = 22.0  # left and right of the rows, for the lines from one row to the next
CAPTION = 52.0
BETWEEN_ROWS = 46.0
CONCATENATE = Text(zh="按通道连接", en="concatenate")
IDENTITY_SHORTCUT = Text(zh="恒等捷径", en="identity shortcut")
PROJECTION_SHORTCUT = Text(zh="投影捷径", en="projection shortcut")
SUMS = Text(
    zh="{parameters} 个参数，{multiply_adds} 次乘加", en="{parameters} parameters, {multiply_adds} multiply-adds"
)


def figure(network: Network, language: Language) -> str:
    """Return the picture of a network: SVG, at most 900 pixels wide, the same text on every call.

    Blocks are one card each; a network that is itself a block shows its branches or its shortcut.
    """
    rows = _rows(network, language)
    canvas = Canvas()
    left = MARGIN if len(rows) == 1 else MARGIN + TURN
    top = CAPTION
    right = max(left + row.width for row in rows)
    for number, row in enumerate(rows):
        axis = top + row.above
        row.draw(canvas, left, axis)
        if number + 1 < len(rows):
            _turn(canvas, row, rows[number + 1], left, axis)
        top = axis + row.below + BETWEEN_ROWS
    right += 0 if len(rows) == 1 else TURN
    right = max(right + MARGIN, _caption(canvas, network, totals(network), language) + MARGIN)
    return canvas.document(right, top - BETWEEN_ROWS + MARGIN, network.title.to(language))


def _rows(network: Network, language: Language) -> list[Chain]:
    """Return one row where it fits, else rows that leave room for the lines between them."""
    first, *inner = _pieces(measure(network), language)
    start = End(wording.INPUT.to(language), wording.size(network.input_shape))
    *inner, last = (Chain((start, first)), *inner)
    pieces = [*inner, Chain((last, End(wording.OUTPUT.to(language), last.output, -1)))]
    whole = Chain(tuple(pieces))
    return [whole] if whole.width <= WIDTH - 2 * MARGIN else rows_of(pieces, WIDTH - 2 * (MARGIN + TURN))


def _caption(canvas: Canvas, network: Network, sums: Totals, language: Language) -> float:
    """Write the caption; return where it ends."""
    title = network.title.to(language)
    numbers = {"parameters": f"{sums.parameters:,}", "multiply_adds": f"{sums.multiply_adds:,}"}
    said = SUMS.format(**numbers).to(language)
    canvas.text(MARGIN, 26, title, 15, anchor="start", bold=True)
    after = MARGIN + text_width(title, 15, bold=True) + 18
    canvas.text(after, 26, said, LABEL, fill=MUTED, anchor="start")
    return after + text_width(said, LABEL)


def _turn(canvas: Canvas, row: Chain, below: Chain, left: float, axis: float) -> None:
    """Draw the line from the end of a row to the start of the next one."""
    end, middle = left + row.width, axis + row.below + BETWEEN_ROWS / 2 + 4
    start, arrives = left - TURN, axis + row.below + BETWEEN_ROWS + below.above
    points = (end, axis), (end + TURN, axis), (end + TURN, middle), (start, middle), (start, arrives), (left, arrives)
    canvas.line(*points, arrow=True)
    canvas.text((start + end + TURN) / 2, middle - 6, row.output, LABEL, fill=MUTED)


def _pieces(measured: tuple[Measured, ...], language: Language) -> tuple[Piece, ...]:
    found: list[Piece] = []
    position = 0
    while position < len(measured):
        step = measured[position]
        position += 1
        if isinstance(step.layer, Repeat):
            for part in step.parts:
                found += _pieces(part, language)
            continue
        said: list[str] = []
        if isinstance(step.layer, Branches):
            found.append(_fork(step, language))
            continue
        while position < len(measured) and isinstance(measured[position].layer, (Activation, BatchNorm, Dropout)):
            said.append(wording.described(measured[position].layer).to(language))  # type: ignore[arg-type]
            position += 1
        band = " · ".join(said)
        bypass = isinstance(step.layer, Residual)
        found.append(_bypass(step, band, language) if bypass else _card(step, band, language))
    return tuple(found)


def _card(step: Measured, band: str, language: Language) -> Card:
    layer, output = step.layer, wording.size(step.output_shape)
    if isinstance(layer, Block):
        texts = (layer.name, *wording.summary(layer, units=False))
        lines = tuple(text.to(language) for text in texts)
        loop = any(isinstance(inner, Residual) for inner in layer.layers)
        stacked = any(isinstance(inner, Repeat) for inner in layer.layers)
        return Card("block", lines, band, output, stacked, loop)
    assert not isinstance(layer, (Repeat, Branches, Residual))
    lines = tuple(text.to(language) for text in wording.lines(layer))
    kinds = {Conv: "conv", MaxPool: "pool", AveragePool: "pool", GlobalAveragePool: "pool", Linear: "fc"}
    return Card(kinds.get(type(layer), "plain"), lines, band, output)


def _fork(step: Measured, language: Language) -> Fork:
    branches = tuple(Chain(_pieces(part, language)) for part in step.parts)
    return Fork(branches, Card("plain", (CONCATENATE.to(language),), "", wording.size(step.output_shape)))


def _bypass(step: Measured, band: str, language: Language) -> Bypass:
    body, shortcut = (Chain(_pieces(part, language)) for part in step.parts)
    note = PROJECTION_SHORTCUT if shortcut.pieces else IDENTITY_SHORTCUT
    output = wording.size(step.output_shape)
    after = Card("plain", (band,), "", output) if band else None
    return Bypass(body, shortcut, note.to(language), output, after)
