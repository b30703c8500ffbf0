"""The layers of a network as rows, for a terminal, for JSON, and as Markdown in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.facts import wording
from autograder.facts.arithmetic import Field, Measured, measure, totals
from autograder.facts.layers import (
    Activation,
    AveragePool,
    BatchNorm,
    Block,
    Branches,
    Conv,
    Dropout,
    MaxPool,
    Network,
    Repeat,
    Residual,
    Shape,
)
from autograder.text import Language, Text

COLUMNS = (
    Text(zh="层", en="layer"),
    Text(zh="输出形状", en="output shape"),
    Text(zh="可训练参数", en="trainable parameters"),
)
DETAILED = (
    COLUMNS[0],
    Text(zh="窗口", en="window"),
    Text(zh="步长", en="stride"),
    Text(zh="填充", en="padding"),
    *COLUMNS[1:],
    Text(zh="乘加次数", en="multiply-adds"),
    Text(zh="感受野", en="receptive field"),
)
TOTAL = Text(zh="合计", en="total")


@dataclass(frozen=True)
class Row:
    """One line of a layer table: a layer with the batch norm, activation and dropout right after it.

    Attributes:
        label: The layer in words.
        brief: The same without its window.
        path: The groups it stands in, outermost first.
        kind: The class of the declaration.
        kernel_size, stride, padding: Pixels, None for layers without a window.
        output_shape: Without the batch axis.
        multiply_adds: For one picture.
        receptive_field: Side in pixels, None for vectors.
    """

    label: Text
    brief: Text
    path: tuple[Text, ...]
    kind: str
    kernel_size: int | None
    stride: int | None
    padding: int | None
    output_shape: Shape
    parameters: int
    multiply_adds: int
    receptive_field: int | None

    def name(self, language: Language, *, brief: bool = False) -> str:
        """Return the label with the groups before it: `branch 2: convolution, 96 of 1x1`."""
        label = self.brief if brief else self.label
        colon, between = ("：", "，") if language == "zh" else (": ", ", ")
        path = between.join(part.to(language) for part in self.path)
        return f"{path}{colon}{label.to(language)}" if path else label.to(language)

    def to_record(self, language: Language) -> dict[str, object]:
        """Return the row for JSON."""
        return {
            "layer": self.name(language),
            "kind": self.kind,
            "kernel_size": self.kernel_size,
            "stride": self.stride,
            "padding": self.padding,
            "output_shape": list(self.output_shape),
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "receptive_field": self.receptive_field,
        }


def rows(network: Network, *, inside_blocks: bool = False) -> tuple[Row, ...]:
    """Return the rows of a network; a block is one row, or with `inside_blocks` its layers. FactsError: sizes clash."""
    first = Row(wording.INPUT, wording.INPUT, (), "Input", None, None, None, network.input_shape, 0, 0, None)
    return first, *_rows(measure(network), (), inside_blocks)


def markdown_table(network: Network, language: Language) -> str:
    """Return the layers as a Markdown table: layer, output shape with its batch axis, trainable parameters."""
    lines = [_line(*(column.to(language) for column in COLUMNS)), "| --- | --- | ---: |"]
    lines += [
        _line(row.name(language), wording.tensor(row.output_shape), f"{row.parameters:,}" if row.parameters else "")
        for row in rows(network)
    ]
    lines.append(_line(TOTAL.to(language), "", f"{totals(network).parameters:,}"))
    return "\n".join(lines)


def detailed(row: Row, language: Language) -> tuple[str, ...]:
    """Return a row's cells in the order of DETAILED; what is 0 or missing is empty, except a window's padding."""
    numbers = (row.parameters or None, row.multiply_adds or None, row.receptive_field)
    shape = wording.tensor(row.output_shape)
    cells = (row.kernel_size, row.stride, row.padding, shape, *(None if n is None else f"{n:,}" for n in numbers))
    return (row.name(language, brief=True), *("" if cell is None else str(cell) for cell in cells))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _rows(measured: tuple[Measured, ...], path: tuple[Text, ...], inside: bool) -> list[Row]:
    found: list[Row] = []
    for step in measured:
        layer = step.layer
        if isinstance(layer, (Activation, BatchNorm, Dropout)) and found:
            found[-1] = _extended(found[-1], step)
        elif isinstance(layer, Block) and not inside:
            found.append(_row(step, wording.headed(layer.name, *wording.summary(layer)), path))
        elif isinstance(layer, Block):
            found += _rows(step.parts[0], (*path, layer.name), inside)
        elif isinstance(layer, Repeat):
            for number, part in enumerate(step.parts, start=1):
                found += _rows(part, (*path, wording.same(f"{number}/{layer.times}")), inside)
        elif isinstance(layer, Branches):
            for number, part in enumerate(step.parts, start=1):
                found += _rows(part, (*path, wording.BRANCH.format(number=number)), inside)
            found.append(_row(replace(step, parameters=0, multiply_adds=0), wording.JOINED, path))
        elif isinstance(layer, Residual):
            found += _residual_rows(step, path, inside)
        else:
            found.append(replace(_row(step, wording.described(layer), path), brief=wording.brief(layer)))
    return found


def _residual_rows(step: Measured, path: tuple[Text, ...], inside: bool) -> list[Row]:
    body, shortcut = step.parts
    aside = (*path, wording.SHORTCUT)
    found = _rows(body, path, inside)
    if shortcut:
        found += _rows(shortcut, aside, inside)
    else:
        same = Measured(step.layer, step.input_shape, step.input_shape, 0, 0, Field(0))
        found.append(replace(_row(same, wording.IDENTITY, aside), receptive_field=None))
    return [*found, _row(replace(step, parameters=0, multiply_adds=0), wording.ADDED, path)]


def _row(step: Measured, label: Text, path: tuple[Text, ...]) -> Row:
    layer = step.layer
    window: tuple[int | None, int | None, int | None] = (None, None, None)
    if isinstance(layer, (Conv, MaxPool, AveragePool)):
        window = layer.kernel_size, layer.stride, layer.padding
    sees = step.field.size if len(step.output_shape) == 3 else None
    kind = type(layer).__name__
    return Row(label, label, path, kind, *window, step.output_shape, step.parameters, step.multiply_adds, sees)


def _extended(row: Row, step: Measured) -> Row:
    follower = wording.described(step.layer)  # type: ignore[arg-type]
    label, brief = wording.listed(row.label, follower), wording.listed(row.brief, follower)
    return replace(row, label=label, brief=brief, parameters=row.parameters + step.parameters)
