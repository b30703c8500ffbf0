"""Checks of a network: output shape, trainable parameters, behaviour with transplanted parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import MAX_ROWS, STEPS, Check, Tree, agrees, sketch, smooth_images
from autograder.checks.raised import Called, read_error, told
from autograder.checks.steps import kept, where_they_part
from autograder.sandbox.session import Session
from autograder.text import Json, Message, Text

Shape = tuple[int, ...]

OUTPUT_SIZE = Message(
    "network.output_size",
    zh="{call} 的输入为 {shape} 时得到 {got}，应为 {wanted}。{where}",
    en="{call} on an input of {shape} gave {got}, expected {wanted}. {where}",
)
OUTPUT_SHAPE = Message(
    "network.output_shape",
    zh="{call} 的输出形状不对。",
    en="{call}: the output has a wrong shape.",
)
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
ONLY_NEAR = Message(
    "network.only_near",
    zh="{call} 只在数值较小时与参考网络一致，数值很大时输出不同：某个激活函数有上限或别的分段 (如 relu6、clip)。",
    en="{call} agrees with the reference for small numbers only; for large ones the outputs differ: an "
    "activation has an upper bound or another piece (such as relu6 or clip).",
)
OUTPUTS_DIFFER = Message(
    "network.outputs_differ",
    zh="把同样的参数填入 {call} 和参考网络，输出不同：层的顺序、激活函数或池化与要求不符。",
    en="With the same parameters {call} and the reference give different outputs: the order of layers, an "
    "activation or a pool is not as asked.",
)
TAKE_NO_PART = Message(
    "network.take_no_part",
    zh="{call} 有 {count} 个可训练参数得不到梯度：它们没有参与计算，或者被 detach、no_grad、转成 NumPy 切断了。",
    en="{count} trainable parameters of {call} get no gradient: they take no part, or detach, no_grad or NumPy cuts it off.",
)
GRADIENTS_DIFFER = Message(
    "network.gradients_differ",
    zh="{call} 的梯度与参考不同。",
    en="{call}: the gradient differs from the reference.",
)


class NetworkCheck(Check):
    """A class of the student's, and what it is made with.

    Attributes:
        named: What the last of the arguments are called. Where the student's signature has such a name, that argument
            is passed by it, for learners put other arguments first; everything else is passed by its place.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    named: tuple[str, ...] = ()
    filled: ClassVar[bool] = False  # compares what comes out once parameters are filled by shape and kind

    def make(self, session: Session, blank: bool = True) -> Tree:
        """Return the handle of an instance; checks in a row with the same arguments share it.

        Args:
            blank: Without initial values, which the checks fill in.
        """
        return session.ask("make", **self.making, blank=blank)

    @property
    def making(self) -> dict[str, Tree]:
        """What the session is asked to make."""
        return {"target": self.name, "arguments": list(self.arguments), "named": list(self.named)}

    @property
    def subject(self) -> Hashable:
        return self.name, repr(self.arguments)

    @property
    def call(self) -> str:
        """The call as the student would write it."""
        first = len(self.arguments) - len(self.named)
        by_name = (f"{name}={value!r}" for name, value in zip(self.named, self.arguments[first:]))
        return f"{self.name}({', '.join((*map(repr, self.arguments[:first]), *by_name))})"

    @property
    def calling(self) -> Called:
        """The call, with what the last arguments are called."""
        return Called(self.call, self.name, self.named)


class OutputShape(NetworkCheck):
    """Shape of the output, with the sizes of all stages to explain a wrong one.

    Attributes:
        smaller: Height and width that the inputs after the first are tried with first, to save a long pass: an output
            like the first one's, for as many images, is as good as the real one. Any other, or an error, says nothing:
            a network is only promised its own image size.
    """

    type: Literal["output_shape"] = "output_shape"
    kind: ClassVar[str] = "shape"
    inputs: tuple[Shape, ...]
    smaller: tuple[int, int] | None = None

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        seen: list[Tree] = []
        for shape in self.inputs:
            if seen and self.smaller and len(shape) == 4:
                like_first = {**seen[0], "output": [shape[0], *(seen[0]["output"] or [])[1:]]}
                if _sizes(session, network, (*shape[:2], *self.smaller))["output"] == like_first["output"]:
                    seen.append(like_first)
                    continue
            seen.append(_sizes(session, network, shape))
        return seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        right = [entry["output"] for entry in seen] == [entry["output"] for entry in expected]
        return None if right else self.complaint(seen, expected)

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"output": [entry["output"] for entry in seen]}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        for shape, got, wanted in zip(self.inputs, seen, expected):
            if got["error"]:
                return told(got["error"], self.calling)
            if got["output"] != wanted["output"]:
                place, came = first_parting(got["stages"], wanted["stages"]), got["output"]
                return OUTPUT_SIZE(call=self.call, shape=list(shape), got=came, wanted=wanted["output"], where=place)
        return OUTPUT_SHAPE(call=self.call)


def _sizes(session: Session, network: Tree, shape: Shape) -> Tree:
    answer = session.ask("sizes", target=network, shape=list(shape))
    stages = [[str(kind), list(size)] for kind, size in answer["stages"]]
    output = list(answer["output"]) if answer["output"] is not None else None
    return {"output": output, "stages": stages, "error": read_error(answer["error"]) if answer["error"] else None}


def first_parting(seen: list[Tree], expected: list[Tree]) -> Text:
    """Name the first stage whose size differs from the reference's: sides first, then channels, in any order of calls.

    What only lacks is not named: a layer may be written in a way in which its size is not seen.
    """
    got, wanted = _sides(seen), _sides(expected)
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
    for _, size in stages:
        if len(size) == 4 and size[3] > 1:
            side = str(size[3]) if size[2] == size[3] else f"{size[2]}x{size[3]}"
            if not sides or sides[-1] != side:
                sides.append(side)
    return sides


def _joined(sides: list[str]) -> str:
    return "-".join(sides)


def _channels(stages: list[Tree], side: str) -> Counter[int]:
    return Counter(size[1] for kind, size in stages if kind == "conv" and len(size) == 4 and str(size[3]) == side)


def _widths(stages: list[Tree]) -> Counter[int]:
    return Counter(size[1] for kind, size in stages if kind == "linear" and len(size) == 2)


def _apart(got: Counter[int], wanted: Counter[int]) -> tuple[list[int], list[int]]:
    return sorted((got - wanted).elements())[:4], sorted((wanted - got).elements())[:4]


PARAMETER_COUNT = Message(
    "network.parameter_count",
    zh="{call} 有 {count:,} 个可训练参数，应为 {wanted:,} 个。{which}",
    en="{call} has {count:,} trainable parameters, expected {wanted:,}. {which}",
)
SURPLUS = Message("network.surplus", zh="多出的参数形状：{shapes}。", en="Too many are those of shapes {shapes}.")
REPLACED = Message(
    "network.replaced",
    zh="有形状为 {shapes} 的参数，应为 {wanted}。",
    en="There are parameters of shapes {shapes} in place of {wanted}.",
)
VECTORS_SURPLUS = Message(
    "network.vectors_surplus",
    zh="所有权重的形状都对，多出的是向量 {shapes}：某些层带了不该有的偏置(bias_attr=False 可去掉)，或者归一化层太多。",
    en="All weights have the right shapes; too many are the vectors {shapes}: a bias where none is asked for (bias_attr=False "
    "takes it away), or a norm too many.",
)
BIAS_LACKING = Message(
    "network.bias_lacking",
    zh="所有权重的形状都对，缺的是形状为 {shapes} 的偏置：这些层是不是写了 bias_attr=False？",
    en="All weights have the right shapes; missing are biases of shapes {shapes}: are these layers made with bias_attr=False?",
)
VECTORS_LACKING = Message(
    "network.vectors_lacking",
    zh="所有权重的形状都对，缺的是向量 {shapes}：归一化层的缩放和平移，或者某一层的偏置。",
    en="All weights have the right shapes; missing are the vectors {shapes}: the scale and shift of a norm, or the bias of a "
    "layer.",
)
FROZEN = Message(
    "network.frozen",
    zh="形状为 {shapes} 的参数不可训练：去掉 stop_gradient=True 或 trainable=False。",
    en="Those of shapes {shapes} are there, but are not trained: take away stop_gradient=True or trainable=False.",
)
LACKING = Message(
    "network.lacking",
    zh="缺少的参数形状：{shapes}：这些层没有创建，或者没有登记(放在普通列表里，或者在 forward 里才创建)。",
    en="Missing are shapes {shapes}: these layers are not made, or not registered (in a plain list, or made in forward only).",
)


class Parameters(NetworkCheck):
    """Number of trainable parameters."""

    type: Literal["parameters"] = "parameters"
    kind: ClassVar[str] = "count"
    forward: ClassVar[bool] = False

    def ask(self, session: Session) -> Tree:
        rows = session.ask("describe_new", **self.making, blank=True)[:MAX_ROWS]
        shapes, resting = (
            sorted(list(shape) for shape, trainable in rows if trainable == wanted) for wanted in (True, False)
        )
        frozen = [
            shape for shape in resting if shape and int(np.prod(shape)) > max(shape)
        ]  # no statistics of a batch norm
        seen = {"count": int(sum(int(np.prod(shape)) for shape in shapes)), "shapes": shapes}
        return {**seen, "frozen": frozen} if frozen else seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        return None if seen["count"] == expected["count"] else self.complaint(seen, expected)

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"trainable_parameters": seen["count"]}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        which = _which_differ(seen, expected)
        return PARAMETER_COUNT(call=self.call, count=seen["count"], wanted=expected["count"], which=which)


def _which_differ(seen: Tree, expected: Tree) -> Text:
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


class Behaviour(NetworkCheck):
    """Outputs in eval mode with parameters filled from `seed`, for several batches; gradients where asked.

    Attributes:
        stretch: The last image of the first batch is multiplied by it, so that its values leave every range on which
            another function equals the one asked for (ReLU and relu6, say); its output is compared apart.
        gradient_tolerance: Looser: near-ties in max-pools are decided otherwise by other right answers (pool before the
            activation) and other processors. Images that change by a millionth, as sums do between two processors,
            move the gradient of a whole network by up to .028 of its largest number: give it 0.05.
    """

    type: Literal["behaviour"] = "behaviour"
    kind: ClassVar[str] = "behaviour"
    leads: ClassVar[bool] = True
    filled: ClassVar[bool] = True
    inputs: tuple[Shape, ...]
    seed: int
    gradients: bool = False
    stretch: float = 1.0
    gradient_tolerance: float = 0.01

    def drawn(self, seed: int, shape: Shape) -> np.ndarray[Any, Any]:
        """Return one batch of inputs."""
        return smooth_images(seed, shape)

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        session.ask("fill", target=network, seed=self.seed)
        seen: dict[str, Tree] = {"outputs": []}
        slope: Tree = None
        for place, shape in enumerate(self.inputs):
            images = self.drawn(self.seed + place, shape)
            stretched = place == 0 and self.stretch != 1
            if stretched:
                images = np.concatenate([images[:-1], self.stretch * images[-1:]]).astype(np.float32)
            both = self.gradients and place == 0 and not stretched
            first = {"steps": True} if place == 0 else {}
            answer = (
                self._slope(session, network, **first)
                if both
                else session.ask("forward", target=network, images=images, **first)
            )
            if "error" in answer:
                return {"error": read_error(answer["error"])}
            if first:
                seen[STEPS] = kept(answer.get("steps"))
            if both:
                slope = answer
            output = answer["output"]
            if stretched and len(images) > 1 and np.ndim(output) and len(output) == len(images):
                seen["outputs"] += [sketch(output[:-1]), sketch(output[-1:])]
            else:
                seen["outputs"].append(sketch(output))
        if self.gradients:
            slope = slope or self._slope(session, network)
            if "error" in slope:
                return {"error": read_error(slope["error"])}
            seen["gradient"] = sketch(slope["input"])
            seen["without_gradient"] = int(slope["without_gradient"])
        return seen

    def _slope(self, session: Session, network: Tree, **more: bool) -> Tree:
        """Return the output for the first batch, not stretched, and the gradient that goes back from it."""
        images = self.drawn(self.seed, self.inputs[0])
        return session.ask("gradients", target=network, images=images, seed=self.seed, **more)

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        rest, wanted = ({**tree, "gradient": None, STEPS: None} for tree in (seen, expected))
        right = agrees(rest, wanted, self.tolerance) and agrees(
            seen.get("gradient"), expected.get("gradient"), self.gradient_tolerance
        )
        return None if right else self.complaint(seen, expected)

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if "error" in seen:
            return told(seen["error"], self.calling)
        if not agrees(seen["outputs"], expected["outputs"], self.tolerance):
            if self._only_far(seen["outputs"], expected["outputs"]):
                return ONLY_NEAR(call=self.call)
            parted = where_they_part(self.call, seen.get(STEPS), expected.get(STEPS))
            return parted or OUTPUTS_DIFFER(call=self.call)
        if seen["without_gradient"]:
            return TAKE_NO_PART(call=self.call, count=seen["without_gradient"])
        return GRADIENTS_DIFFER(call=self.call)

    def _only_far(self, seen: Tree, expected: Tree) -> bool:
        """Tell whether nothing but the output for the stretched image differs."""
        if self.stretch == 1 or self.inputs[0][0] == 1 or len(seen) != len(expected):
            return False
        return agrees([seen[0], *seen[2:]], [expected[0], *expected[2:]], self.tolerance)


class TokenBehaviour(Behaviour):
    """The same for a network that takes whole numbers, int64 of any shape, such as the words of a sentence [N, T].

    Attributes:
        vocabulary: They lie from 0 to `vocabulary` - 1.
    """

    type: Literal["token_behaviour"] = "token_behaviour"  # type: ignore[assignment]
    vocabulary: int

    def drawn(self, seed: int, shape: Shape) -> np.ndarray[Any, Any]:
        """Return one batch of inputs."""
        return np.random.default_rng(seed).integers(0, self.vocabulary, shape)
