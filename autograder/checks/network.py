"""Checks of a network: output shape, trainable parameters, behaviour with transplanted parameters."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from autograder.checks.base import MAX_ROWS, STEPS, Check, Tree, agrees, kept_steps, sketch, smooth_images
from autograder.checks.raised import Called, read_error, told
from autograder.checks.shapes import first_parting, which_differ
from autograder.sandbox.session import Session
from autograder.text import Json, Message, Text

Shape = tuple[int, ...]
NEAR = 2e-3  # of the length of the sample of a reference's layer

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
ONLY_NEAR = Message(
    "network.only_near",
    zh="{call} 只在数值较小时与参考网络一致，数值很大时输出不同：某个激活函数有上限或别的分段 (如 relu6、clip)。",
    en="{call} agrees with the reference for small numbers, but for large numbers the outputs differ: an "
    "activation function has an upper bound or another bend (such as relu6 or clip).",
)
OUTPUTS_DIFFER = Message(
    "network.outputs_differ",
    zh="把同样的参数填入 {call} 和参考网络，输出不同：层的顺序、激活函数或池化与要求不符。",
    en="With the same parameters {call} and the reference give different outputs: the order of layers, an "
    "activation or a pooling layer is not as required.",
)
TAKE_NO_PART = Message(
    "network.take_no_part",
    zh="{call} 有 {count} 个可训练参数得不到梯度：它们没有参与计算，或者被 detach、no_grad、转成 NumPy 切断了。",
    en="{count} trainable parameters of {call} get no gradient: they are not used, or detach, no_grad or a "
    "conversion to NumPy cuts the gradient off.",
)
GRADIENTS_DIFFER = Message(
    "network.gradients_differ",
    zh="{call} 的梯度与参考不同。",
    en="{call}: the gradient differs from the reference.",
)
PARAMETER_COUNT = Message(
    "network.parameter_count",
    zh="{call} 有 {count:,} 个可训练参数，应为 {wanted:,} 个。{which}",
    en="{call} has {count:,} trainable parameters, expected {wanted:,}. {which}",
)
KINDS = {
    "conv": Message("steps.conv", zh="卷积 {name}", en="the convolution {name}"),
    "linear": Message("steps.linear", zh="全连接层 {name}", en="the fc layer {name}"),
}
NUMBERED = Message("steps.numbered", zh="(第 {place} 个)", en="number {place}")
OF_ITS_OWN = Message(
    "steps.of_its_own",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{layer} 得到的数值是对的，给出的却不对。核对它的 stride、padding、dilation。",
    en="With the same parameters {call} and the reference give different outputs. The difference begins here: "
    "{layer} gets the right values, but its output is wrong. Check its stride, padding and dilation.",
)
OTHER_SIZE = Message(
    "steps.other_size",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{layer} 得到的数值是对的，输出的大小是 {got}，应为 {wanted}。"
    "核对它的 stride、padding、dilation。",
    en="With the same parameters {call} and the reference give different outputs. The difference begins here: "
    "{layer} gets the right values, but its output is {got}, expected {wanted}. Check its stride, padding and "
    "dilation.",
)
INPUT_CHANGED = Message(
    "steps.input_changed",
    zh="参数相同时，{call} 的输出与参考网络不同，第一层就已经不同：{layer} 得到的不是原来的输入。"
    "在它之前不要转置、reshape、翻转或缩放输入：图像已经是 [N, C, H, W]。",
    en="With the same parameters {call} and the reference give different outputs. They differ from the first layer "
    "on: {layer} does not get the input as it came. Do not transpose, reshape, flip or scale the input before "
    "this layer: images already have the shape [N, C, H, W].",
)
BETWEEN = Message(
    "steps.between",
    zh="参数相同时，{call} 的输出与参考网络不同，从这里开始：{before}{layer} 得到的{sizes}却不对。"
    "核对它前面的激活函数、池化、归一化、展平，以及送进来的是哪个张量。",
    en="With the same parameters {call} and the reference give different outputs. The difference begins here: "
    "{before}{layer} does not get the right input{sizes}. Check what comes before it: activation, pooling, "
    "norm, flattening, or which tensor goes in.",
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
    en="With the same parameters {call} and the reference give different outputs, although every convolution and "
    "fc layer gives the right values: check what is done with these values afterwards (activation, norm, "
    "pooling, addition, joining).",
)
TELL_ALL = frozenset(
    message.key for message in (OF_ITS_OWN, OTHER_SIZE, INPUT_CHANGED)
)  # leave nothing to a general hint


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
        which = which_differ(seen, expected)
        return PARAMETER_COUNT(call=self.call, count=seen["count"], wanted=expected["count"], which=which)


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
                seen[STEPS] = kept_steps(answer.get("steps"))
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


class Step(NamedTuple):
    """What one layer did: shapes, and what tells the values for the first image from others."""

    kind: str
    name: str
    weight: list[int]
    got: list[int]
    got_values: list[float]
    gave: list[int]
    gave_values: list[float]


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
