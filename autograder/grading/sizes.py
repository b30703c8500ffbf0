"""The sizes of a network beside those that are asked for, as the rows of a small table with the first difference marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from autograder.checks.base import Check, Observation
from autograder.checks.network import OutputShape, Parameters
from autograder.text import Text

MAX_ROWS, MAX_KINDS = 12, 4
STAGES = Text(zh="各级的大小 (边长：层和通道数)", en="Sizes by stage (side: layers and channels)")
SHAPES = Text(zh="个数不同的参数", en="Trainable parameters that differ in number")
STAGE, SHAPE = Text(zh="级", en="stage"), Text(zh="形状", en="shape")
STOPPED = Text(zh="(到这里出错)", en="(an error here)")

if TYPE_CHECKING:
    from typing import TypeAlias

    Group: TypeAlias = tuple[str, Counter[str]]


@dataclass(frozen=True)
class Row:
    """One place: what the student's network has there, what is asked for, and whether this is the place to look at."""

    place: str
    got: Text
    wanted: Text
    marked: bool = False


@dataclass(frozen=True)
class Table:
    """What is compared, what its first column names, and its rows."""

    title: Text
    places: Text
    rows: tuple[Row, ...]


def compared(check: Check, seen: Observation, expected: Observation) -> Table | None:
    """Return the sizes that a check saw beside the expected ones; None where it compares none, or they are the same."""
    got, wanted = seen.get("seen"), expected.get("seen")
    if isinstance(check, OutputShape) and isinstance(got, list) and isinstance(wanted, list):
        return _stages(got, wanted)
    if isinstance(check, Parameters) and isinstance(got, Mapping) and isinstance(wanted, Mapping):
        return _shapes(got["shapes"], wanted["shapes"])
    return None


def _stages(seen: Sequence[Any], expected: Sequence[Any]) -> Table | None:
    for got, wanted in zip(seen, expected):
        if got["output"] == wanted["output"]:
            continue
        yours, asked = _grouped(got["stages"]), _grouped(wanted["stages"])
        rows: list[Row] = []
        for number, (mine, theirs) in enumerate(zip_longest(yours, asked), start=1):
            marked = mine != theirs and not any(row.marked for row in rows)
            broke = mine is None and got["error"] and number == len(yours) + 1
            rows.append(Row(str(number), STOPPED if broke else _listed(mine), _listed(theirs), marked))
        output = Row("→", _shape(got["output"]), _shape(wanted["output"]), marked=not any(row.marked for row in rows))
        return Table(STAGES, STAGE, (*_around(rows), output))
    return None


def _around(rows: Sequence[Row]) -> Sequence[Row]:
    """Return at most `MAX_ROWS` rows, the marked one among them."""
    marked = next((place for place, row in enumerate(rows) if row.marked), 0)
    start = max(0, min(marked - MAX_ROWS // 2, len(rows) - MAX_ROWS))
    return rows[start : start + MAX_ROWS]


def _grouped(stages: Sequence[Any]) -> list[Group]:
    """Return, for each stretch of stages with the same side, that side and how often each kind and width stands in it.

    A pool down to one pixel is left out: a mean over height and width, which is as good, leaves no trace.
    """
    groups: list[Group] = []
    for kind, size in stages:
        side = f"{size[2]}x{size[3]}" if len(size) == 4 else "fc"
        if side == "1x1" and "pool" in kind:
            continue
        if not groups or groups[-1][0] != side:
            groups.append((side, Counter()))
        groups[-1][1][f"{kind} {size[1]}" if len(size) > 1 else str(kind)] += 1
    return groups


def _listed(group: Group | None) -> Text:
    if group is None:
        return _same("–")
    side, found = group
    if len(found) > MAX_KINDS:
        kinds: Counter[str] = Counter()
        for name, count in found.items():
            kinds[name.partition(" ")[0]] += count
        found = kinds
    return _same(f"{side}: " + ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in found.items()))


def _shapes(seen: Sequence[Any], expected: Sequence[Any]) -> Table | None:
    got, wanted = (Counter(tuple(shape) for shape in shapes) for shapes in (seen, expected))
    apart = sorted(shape for shape in got.keys() | wanted.keys() if got[shape] != wanted[shape])
    rows = [Row(_shape(shape).en, _times(got[shape]), _times(wanted[shape])) for shape in apart[:MAX_ROWS]]
    return Table(SHAPES, SHAPE, tuple(rows)) if rows else None


def _times(count: int) -> Text:
    return _same("–" if not count else f"{count} ×")


def _shape(shape: Sequence[int] | None) -> Text:
    return _same("–" if shape is None else f"[{', '.join(map(str, shape))}]")


def _same(words: str) -> Text:
    return Text(zh=words, en=words)
