"""Where a network's values part from the reference's: at the first convolution or fully connected layer that gives others.

Both run with the same parameters on the same images, so a layer that gets the right values and gives others is set up
otherwise, and one that gets other values has something else in front of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from autograder.checks.base import numbers
from autograder.text import Message, Text

Tree = Any
MAX_STEPS, DIGITS = 400, 4
NEAR = 2e-3  # of the length of the reference's sample

KINDS = {
    "conv": Message("steps.conv", zh="卷积 {name}", en="the convolution {name}"),
    "linear": Message("steps.linear", zh="全连接层 {name}", en="the fc layer {name}"),
}
NUMBERED = Message("steps.numbered", zh="(第 {place} 个)", en="number {place}")
OF_ITS_OWN = Message(
    "steps.of_its_own",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{layer} 得到的数值是对的，给出的却不对。核对它的 stride、padding、dilation。",
    en="With the same parameters {call} and the reference give different outputs, and this is where it begins: {layer} gets the "
    "right values and gives other ones. Look at its stride, padding and dilation.",
)
OTHER_SIZE = Message(
    "steps.other_size",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{layer} 得到的数值是对的，输出的大小是 {got}，应为 {wanted}。"
    "核对它的 stride、padding、dilation。",
    en="With the same parameters {call} and the reference give different outputs, and this is where it begins: {layer} gets the "
    "right values, but its output is {got}, expected {wanted}. Look at its stride, padding and dilation.",
)
INPUT_CHANGED = Message(
    "steps.input_changed",
    zh="参数相同时，{call} 的输出与参考网络不同，第一层就已经不同：{layer} 得到的不是原来的输入。"
    "在它之前不要转置、reshape、翻转或缩放输入：图像已经是 [N, C, H, W]。",
    en="With the same parameters {call} and the reference give different outputs, from the first layer on: {layer} does not get "
    "the input as it came. Do not transpose, reshape, flip or scale it before: images come as [N, C, H, W].",
)
BETWEEN = Message(
    "steps.between",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{before}{layer} 得到的{sizes}却不对。"
    "核对它前面的激活函数、池化、归一化、展平，以及送进来的是哪个张量。",
    en="With the same parameters {call} and the reference give different outputs, and this is where it begins: {before}{layer} "
    "does not get what it should{sizes}. Look at what stands before it: activation, pool, norm, flattening, or which tensor "
    "goes in.",
)
BEFORE = Message(
    "steps.before",
    zh="在它之前调用的各层给出的数值都对，",
    en="all layers called before give the right values, but ",
)
SIZES = Message("steps.sizes", zh="(大小 {got}，应为 {wanted})", en=" (it gets {got}, expected {wanted})")
AFTERWARDS = Message(
    "steps.afterwards",
    zh="参数相同时，{call} 的输出与参考网络不同，但各个卷积和全连接层给出的数值都对：核对在它们之后做了什么(激活函数、归一化、池化、相加、拼接)。",
    en="With the same parameters {call} and the reference give different outputs, although every convolution and fc layer gives the "
    "right values: look at what is done with them afterwards (activation, norm, pool, addition, joining).",
)
TELL_ALL = frozenset(
    message.key for message in (OF_ITS_OWN, OTHER_SIZE, INPUT_CHANGED)
)  # leave nothing to a general hint


class Step(NamedTuple):
    """What one layer did: shapes, and what tells the values for the first image from others."""

    kind: str
    name: str
    weight: list[int]
    got: list[int]
    got_values: list[float]
    gave: list[int]
    gave_values: list[float]


def kept(steps: Tree) -> list[Tree]:
    """Return steps that a box sent as JSON values; none where they have another form."""
    found = []
    for row in steps[:MAX_STEPS] if isinstance(steps, list) else ():
        kind, name, weight, got, got_values, gave, gave_values = row
        shapes = [[int(size) for size in shape[:8]] for shape in (weight, got, gave)]
        sketches = [
            [float(f"{value:.{DIGITS}g}") for value in numbers(values[:8])] for values in (got_values, gave_values)
        ]
        found.append([str(kind)[:20], str(name)[:100], shapes[0], shapes[1], sketches[0], shapes[2], sketches[1]])
    return found


def where_they_part(call: str, seen: Tree, expected: Tree) -> Text | None:
    """Return where the values of a network part from the reference's, None where that does not show.

    seen, expected: the steps of both in the order of their calls, which may be another in a network with branches.
    """
    steps, wanted = ([Step(*row) for row in rows] if isinstance(rows, list) else [] for rows in (seen, expected))
    if not steps or not wanted:
        return None
    for place, step in enumerate(steps):
        if any(_same(step.gave_values, one.gave_values) for one in wanted):
            continue
        alike = [one for one in wanted if one.kind == step.kind and one.weight == step.weight]
        if not alike:
            return None
        layer = KINDS[step.kind](name=f"`{step.name}`" if step.name else NUMBERED(place=place + 1))
        fed = [one for one in alike if _same(step.got_values, one.got_values)]
        if fed and fed[0].gave[1:] != step.gave[1:]:
            return OTHER_SIZE(call=call, layer=layer, got=step.gave, wanted=fed[0].gave)
        if fed:
            return OF_ITS_OWN(call=call, layer=layer)
        if place == 0 and any(_same(one.got_values, wanted[0].got_values) for one in alike):
            return INPUT_CHANGED(call=call, layer=layer)
        other = all(one.got[1:] != step.got[1:] for one in alike)
        sizes = SIZES(got=step.got, wanted=alike[0].got) if other else ""
        return BETWEEN(call=call, before=BEFORE() if place else "", layer=layer, sizes=sizes)
    counts = len(steps) == len(wanted)
    return AFTERWARDS(call=call) if counts else None


def _same(values: Sequence[float], wanted: Sequence[float]) -> bool:
    return len(values) == len(wanted) > 0 and math.dist(values, wanted) <= NEAR * max(abs(wanted[0]), 1e-6)
