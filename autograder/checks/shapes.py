"""What differs in the shapes of a network from the reference's: the first stage of another size, parameters too many or missing."""

from __future__ import annotations

from collections import Counter

from autograder.checks.base import Tree
from autograder.text import Message, Text

SIDES_PART = Message(
    "network.sides_part",
    zh="边长从第 {place} 个开始不同：得到 {got}，应为 {wanted}。",
    en="The sides first differ at number {place}: got {got}, expected {wanted}.",
)
CHANNELS_DIFFER = Message(
    "network.channels_differ",
    zh="边长为 {side} 时通道数不同：得到 {got}，应为 {wanted}。",
    en="At side {side} the channels differ: got {got}, expected {wanted}.",
)
WIDTHS_DIFFER = Message(
    "network.widths_differ",
    zh="全连接层的宽度不同：得到 {got}，应为 {wanted}。",
    en="The widths of the fc layers differ: got {got}, expected {wanted}.",
)
SURPLUS = Message(
    "network.surplus", zh="多出的参数形状：{shapes}。", en="There are additional parameters of shapes {shapes}."
)
REPLACED = Message(
    "network.replaced",
    zh="有形状为 {shapes} 的参数，应为 {wanted}。",
    en="There are parameters of shapes {shapes} in place of {wanted}.",
)
VECTORS_SURPLUS = Message(
    "network.vectors_surplus",
    zh="所有权重的形状都对，多出的是向量 {shapes}：某些层带了不该有的偏置(bias_attr=False 可去掉)，或者归一化层太多。",
    en="All weights have the right shapes, but there are additional vectors {shapes}: a bias that should not be "
    "there (bias_attr=False removes it), or a norm too many.",
)
BIAS_LACKING = Message(
    "network.bias_lacking",
    zh="所有权重的形状都对，缺少形状为 {shapes} 的偏置，或者它们不可训练：这些层是不是写了 bias_attr=False 或 trainable=False？",
    en="All weights have the right shapes, but biases of shapes {shapes} are missing or not trained: are these layers created "
    "with bias_attr=False, or do the biases have trainable=False?",
)
VECTORS_LACKING = Message(
    "network.vectors_lacking",
    zh="所有权重的形状都对，缺少向量 {shapes}，或者它们不可训练：归一化层的缩放和平移，或者某一层的偏置。",
    en="All weights have the right shapes, but the vectors {shapes} are missing or not trained: the scale and shift of a norm, "
    "or the bias of a layer.",
)
FROZEN = Message(
    "network.frozen",
    zh="形状为 {shapes} 的参数不可训练：去掉 stop_gradient=True 或 trainable=False。",
    en="The parameters of shapes {shapes} are there, but are not trained: remove stop_gradient=True or "
    "trainable=False.",
)
LACKING = Message(
    "network.lacking",
    zh="缺少的参数形状：{shapes}：这些层没有创建，或者没有登记(放在普通列表里，或者在 forward 里才创建)。",
    en="Parameters of shapes {shapes} are missing: these layers are not created, or not registered (they are in a "
    "plain list, or created only in forward).",
)


def first_parting(seen: list[Tree], expected: list[Tree], same_sides: bool = False) -> Text:
    """Name the first stage whose size differs from the reference's: sides first, then channels, in any order of calls.

    What only lacks is not named: a layer may be written in a way in which its size is not seen.

    Args:
        same_sides: What comes out has the right sides, so that those on the way differ in their order alone.
    """
    got, wanted = _sides(seen), _sides(expected)
    if same_sides or sorted(_all_sides(seen)) == sorted(_all_sides(expected)):
        got = wanted
    for place, (side, expected_side) in enumerate(zip(got, wanted), start=1):
        if side != expected_side:
            return SIDES_PART(place=place, got=_joined(got[:place]), wanted=_joined(wanted))
    for side in wanted:
        surplus, lacking = _apart(_channels(seen, side), _channels(expected, side))
        if surplus and lacking:
            return CHANNELS_DIFFER(side=side, got=surplus, wanted=lacking)
    surplus, lacking = _apart(_widths(seen), _widths(expected))
    if surplus and lacking:
        return WIDTHS_DIFFER(got=surplus, wanted=lacking)
    return Text(zh="", en="")


def _sides(stages: list[Tree]) -> list[str]:
    sides: list[str] = []
    for side in _all_sides(stages):
        if not sides or sides[-1] != side:
            sides.append(side)
    return sides


def _all_sides(stages: list[Tree]) -> list[str]:
    """Return the sides of every stage, equal ones in a row too."""
    sizes = [size for _, size in stages if len(size) == 4 and size[3] > 1]
    return [str(size[3]) if size[2] == size[3] else f"{size[2]}x{size[3]}" for size in sizes]


def _joined(sides: list[str]) -> str:
    return "-".join(sides)


def _channels(stages: list[Tree], side: str) -> Counter[int]:
    return Counter(size[1] for kind, size in stages if kind == "conv" and len(size) == 4 and str(size[3]) == side)


def _widths(stages: list[Tree]) -> Counter[int]:
    return Counter(size[1] for kind, size in stages if kind == "linear" and len(size) == 2)


def _apart(got: Counter[int], wanted: Counter[int]) -> tuple[list[int], list[int]]:
    return sorted((got - wanted).elements())[:4], sorted((wanted - got).elements())[:4]


def which_differ(seen: Tree, expected: Tree) -> Text:
    """Say which parameters are too many or missing, and what that is most likely."""
    got, wanted = (Counter(map(tuple, one["shapes"])) for one in (seen, expected))
    surplus, lacking = (
        sorted(map(list, (a - b).elements()), key=lambda shape: (-len(shape), shape))
        for a, b in ((got, wanted), (wanted, got))
    )
    frozen = [shape for shape in lacking if shape in seen.get("frozen", [])]
    if frozen:
        return FROZEN(shapes=frozen[:4])
    if surplus and lacking:
        return REPLACED(shapes=surplus[:4], wanted=lacking[:4])
    vectors = all(len(shape) == 1 for shape in (*surplus, *lacking))
    if surplus:
        return (VECTORS_SURPLUS if vectors else SURPLUS)(shapes=surplus[:4])
    if not vectors:
        return LACKING(shapes=lacking[:4])
    biases_alone = 2 * sum(len(shape) == 1 for shape in expected["shapes"]) <= len(expected["shapes"])
    return (BIAS_LACKING if biases_alone else VECTORS_LACKING)(shapes=lacking[:4])
