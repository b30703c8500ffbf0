"""Checks of a network: output shape, trainable parameters, behaviour with transplanted parameters."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import Check, Tree, agrees, numbers, sketch, smooth_images
from autograder.sandbox.session import Session
from autograder.text import Text

Shape = tuple[int, int, int, int]


class NetworkCheck(Check):
    """A class of the student's, made with positional arguments."""

    name: str
    arguments: tuple[Any, ...] = ()

    def make(self, session: Session) -> Tree:
        """Return the handle of a new instance."""
        return session.ask("call", target=self.name, arguments=list(self.arguments), handle=True)

    @property
    def call(self) -> str:
        """The call as the student would write it."""
        return f"{self.name}({', '.join(repr(argument) for argument in self.arguments)})"


class OutputShape(NetworkCheck):
    """Shape of the output, with the sizes of all stages to explain a wrong one."""

    type: Literal["output_shape"] = "output_shape"
    kind: ClassVar[str] = "shape"
    inputs: tuple[Shape, ...]

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        seen = []
        for shape in self.inputs:
            answer = session.ask("forward", target=network, images=np.zeros(shape, np.float32))
            stages = [[str(kind), list(size)] for kind, size in answer["stages"]]
            output = list(np.shape(answer["output"])) if "output" in answer else None
            error = str(answer["error"].get("message", ""))[:300] if "error" in answer else ""
            seen.append({"output": output, "stages": stages, "error": error})
        return seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        right = [entry["output"] for entry in seen] == [entry["output"] for entry in expected]
        return None if right else self.complaint(seen, expected)

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        for shape, got, wanted in zip(self.inputs, seen, expected, strict=False):
            if got["output"] != wanted["output"]:
                place = first_parting(got["stages"], wanted["stages"])
                came = got["output"] if got["output"] is not None else got["error"]
                return Text(
                    zh=f"{self.call} 的输入为 {list(shape)} 时得到 {came}, 应为 {wanted['output']}。{place.zh}",
                    en=f"{self.call} on an input of {list(shape)} gave {came}, expected {wanted['output']}. {place.en}",
                )
        return Text(zh=f"{self.call} 的输出形状不对。", en=f"{self.call}: the output has a wrong shape.")


def first_parting(seen: list[Tree], expected: list[Tree]) -> Text:
    """Name the first stage whose size differs from the reference's."""
    got, wanted = _sizes(seen), _sizes(expected)
    for place, size in enumerate(wanted):
        if place >= len(got):
            return Text(zh=f"第 {place + 1} 个尺寸 {size} 没有出现。", en=f"Size {place + 1}, {size}, never appears.")
        if got[place] != size:
            return Text(
                zh=f"从第 {place + 1} 个尺寸开始不同:得到 {got[place]}, 应为 {size}。",
                en=f"The sizes part at number {place + 1}: got {got[place]}, expected {size}.",
            )
    return Text(zh="", en="")


def _sizes(stages: list[Tree]) -> list[list[int]]:
    sizes: list[list[int]] = []
    for _, size in stages:
        if not sizes or sizes[-1] != size[1:]:
            sizes.append(size[1:])
    return sizes


class Parameters(NetworkCheck):
    """Number of trainable parameters."""

    type: Literal["parameters"] = "parameters"
    kind: ClassVar[str] = "count"

    def ask(self, session: Session) -> Tree:
        rows = session.ask("describe", target=self.make(session))
        shapes = sorted(list(shape) for _, shape, trainable in rows if trainable)
        return {"count": int(sum(int(np.prod(shape)) for shape in shapes)), "shapes": shapes}

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        return None if seen["count"] == expected["count"] else self.complaint(seen, expected)

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        wanted = [tuple(shape) for shape in expected["shapes"]]
        surplus = []
        for shape in map(tuple, seen["shapes"]):
            if shape in wanted:
                wanted.remove(shape)
            else:
                surplus.append(list(shape))
        more = f" {surplus[:4]}" if surplus else ""
        return Text(
            zh=f"{self.call} 有 {seen['count']:,} 个可训练参数, 应为 {expected['count']:,} 个。"
            + (f"形状不符的参数:{more}。" if more else "有参数没有登记。"),
            en=f"{self.call} has {seen['count']:,} trainable parameters, expected {expected['count']:,}. "
            + (f"Parameters of unexpected shape:{more}." if more else "Some parameters are not registered."),
        )


class Behaviour(NetworkCheck):
    """Outputs in eval mode with parameters filled from `seed`, for several batches; gradients where asked."""

    type: Literal["behaviour"] = "behaviour"
    kind: ClassVar[str] = "behaviour"
    inputs: tuple[Shape, ...]
    seed: int
    gradients: bool = False

    def ask(self, session: Session) -> Tree:
        network = self.make(session)
        session.ask("fill", target=network, seed=self.seed)
        seen: dict[str, Tree] = {"outputs": []}
        for place, shape in enumerate(self.inputs):
            images = smooth_images(self.seed + place, shape)
            answer = session.ask("forward", target=network, images=images)
            if "error" in answer:
                return {"error": str(answer["error"].get("message", ""))[:300]}
            seen["outputs"].append({"shape": list(np.shape(answer["output"])), "values": numbers(answer["output"])})
        if self.gradients:
            images = smooth_images(self.seed, self.inputs[0])
            weights = np.random.default_rng(self.seed).standard_normal(seen["outputs"][0]["shape"]).astype(np.float32)
            answer = session.ask("gradients", target=network, images=images, weights=weights)
            seen["gradient"] = sketch(answer["input"])
            seen["without_gradient"] = int(answer["without_gradient"])
        return seen

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if "error" in seen:
            return Text(zh=f"{self.call} 前向计算出错:{seen['error']}", en=f"{self.call} failed: {seen['error']}")
        if not agrees(seen["outputs"], expected["outputs"], self.tolerance):
            return Text(
                zh=f"把同样的参数填入 {self.call} 和参考网络, 输出不同:层的顺序、激活函数或池化与要求不符。",
                en=f"With the same parameters {self.call} and the reference give different outputs: "
                "the order of layers, an activation or a pool is not as asked.",
            )
        if seen["without_gradient"]:
            return Text(
                zh=f"{self.call} 有 {seen['without_gradient']} 个可训练参数没有参与计算。",
                en=f"{self.call} has {seen['without_gradient']} trainable parameters that take no part.",
            )
        return Text(zh=f"{self.call} 的梯度与参考不同。", en=f"{self.call}: the gradient differs from the reference.")
