"""The accuracy check: the student's weights in the student's network, logits out, figures computed outside the box."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import Tree
from autograder.checks.network import NetworkCheck
from autograder.course.chapter import Retrain
from autograder.measures import auc, predictions
from autograder.sandbox.session import Session
from autograder.text import Text

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Images:
    """A set of images that a network is measured or trained on.

    images: [N, ...] of any form that can be indexed by an array; prepare: makes float32 [B, C, H, W] of a few of them;
    labels: [N] or [N, 1], of the dtype that a loop is given.
    """

    images: Any
    labels: Array
    prepare: Callable[[Array], Array] = np.asarray


@dataclass(frozen=True)
class ImageSets:
    """Where an accuracy check takes its images from, each made only when it is asked for."""

    validation: Callable[[], Images]
    training: Callable[[], Images]


@dataclass(frozen=True)
class Measured:
    """accuracy: fraction of right answers; auc: area under the ROC curve, None unless there are two classes;
    constant: every image got the same logits."""

    accuracy: float
    auc: float | None
    constant: bool


@dataclass(frozen=True)
class WeightsFile:
    """A weights file as it came: its name tells the format."""

    name: str
    content: bytes

    @property
    def pdparams(self) -> bool:
        """Tell whether `paddle.save` wrote it."""
        return self.name.lower().endswith(".pdparams")


class Accuracy(NetworkCheck):
    """Judged by the figures, not by a recording; `measure` does the work because it needs weights and images.

    batch: images per question; cpu_seconds: what the whole measurement may take.
    """

    type: Literal["accuracy"] = "accuracy"
    kind: ClassVar[str] = "accuracy"
    seconds: float = 120.0
    cpu_seconds: int = 1800
    batch: int = 20

    def ask(self, session: Session) -> Tree:
        raise NotImplementedError("an accuracy check is measured with weights and images, see `measure`")

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        raise NotImplementedError("an accuracy check is judged by `measure`")

    def measure(self, session: Session, weights: WeightsFile, validation: Images, seed: int) -> Measured | Text:
        """Return the figures of the network with `weights`, or what is wrong with them.

        Images go in shuffled by `seed`, without names or labels.
        """
        network = self.make(session)
        content = np.frombuffer(weights.content, np.uint8)
        answer = session.ask("load_weights", target=network, content=content, pdparams=weights.pdparams)
        return misfit(weights.name, answer) or self._figures(session, network, validation, seed)

    def retrain(
        self, session: Session, plan: Retrain, training: Images, validation: Images, seed: int
    ) -> Measured | Text:
        """Train a new network by the student's own `plan.function`, then return its figures."""
        network = self.make(session, blank=False)
        optimizer = session.ask("optimizer", model=network, learning_rate=plan.learning_rate, kind="adam")
        generator = np.random.default_rng(seed)
        for _ in range(plan.epochs):
            order = generator.permutation(len(training.labels))[: plan.images or None]
            batches = [order[start : start + plan.batch_size] for start in range(0, len(order), plan.batch_size)]
            pairs = [
                [training.prepare(training.images[part]), training.labels[part].reshape(-1, 1)] for part in batches
            ]
            arguments = [network, {"$pairs": pairs, "once": True}, optimizer]
            session.ask("call", target=plan.function, arguments=arguments, handle=True)
        return self._figures(session, network, validation, seed)

    def _figures(self, session: Session, network: Tree, validation: Images, seed: int) -> Measured | Text:
        order = np.random.default_rng(seed).permutation(len(validation.labels))
        logits = []
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            images = validation.prepare(validation.images[chosen])
            answer = session.ask("forward", target=network, images=images)
            if "error" in answer:
                kind = str(answer["error"].get("type", ""))[:60]  # not its message: that could quote the images
                return Text(zh=f"网络前向计算出错:{kind}", en=f"The network failed on the images: {kind}")
            out = answer["output"]
            if not isinstance(out, np.ndarray) or out.ndim != 2 or len(out) != len(chosen) or not out.size:
                return Text(zh="网络没有对每张图给出一行 logits。", en="The network gives no row of logits per image.")
            logits.append(out.astype(np.float64))
        return measured(np.concatenate(logits), validation.labels[order].reshape(-1))


def measured(logits: Array, labels: Array) -> Measured | Text:
    """Return accuracy and AUC of logits [N, C] for labels [N]."""
    if not np.isfinite(logits).all():
        return Text(zh="网络的输出含有 NaN 或无穷大。", en="The network's outputs contain NaN or infinity.")
    area = None
    if logits.shape[1] <= 2:
        area = auc(logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0], labels)
    constant = bool(np.ptp(logits, axis=0).max() <= 1e-6 * max(1.0, float(np.abs(logits).max())))
    return Measured(float((predictions(logits) == labels).mean()), area, constant)


UNREADABLE = {
    "damaged": Text(
        zh="权重文件 {name} 已损坏或不完整 ({detail})。重新保存并提交。",
        en="The weights file {name} is damaged or cut short ({detail}). Save it again and hand it in.",
    ),
    "code": Text(
        zh="权重文件 {name} 里除了数组还要求运行代码 ({detail}), 没有读取, 也没有运行。请用 fit 写出的 .safetensors, 或 "
        "paddle.save(model.state_dict(), ...)。",
        en="The weights file {name} holds more than arrays: it asks for {detail}. Nothing of it was run. Hand in the "
        ".safetensors file that fit writes, or paddle.save(model.state_dict(), ...).",
    ),
    "form": Text(
        zh="权重文件 {name} 不是 state_dict:{detail}。", en="The weights file {name} is no state dict: {detail}."
    ),
    "empty": Text(zh="权重文件 {name} 是空的 ({detail})。", en="The weights file {name} is empty ({detail})."),
}


def misfit(name: str, answer: Tree) -> Text | None:
    """Say why a weights file does not go into the network, None when it does."""
    if reason := answer.get("unreadable"):
        detail = str(answer["detail"])[:200]
        return UNREADABLE.get(str(reason), UNREADABLE["damaged"]).format(name=name, detail=detail)
    missing, wrong = answer["missing"], answer["wrong_shape"]
    if not answer["matching"]:
        return Text(
            zh=f"权重文件 {name} 属于另一个网络:没有一个参数名相同 (你的网络里有 {_some(missing)}; 文件里有 {_some(answer['unexpected'])})。",
            en=f"The weights file {name} belongs to another network: no parameter has the same name (your network has "
            f"{_some(missing)}; the file has {_some(answer['unexpected'])}).",
        )
    if missing or wrong:
        shapes = [f"{row[0]} {row[1]} != {row[2]}" for row in wrong]
        return Text(
            zh=f"权重文件 {name} 与你的网络不符。缺少:{_some(missing)};形状不符:{_some(shapes)}。网络改过之后要重新训练。",
            en=f"The weights file {name} does not fit your network. Missing: {_some(missing)}; other shape: "
            f"{_some(shapes)}. After a change of the network train again.",
        )
    if rows := answer["wrong_dtype"]:
        shown = _some([f"{row[0]} {row[1]}" for row in rows])
        return Text(
            zh=f"权重文件 {name} 里的类型不是浮点数:{shown}。应为 float32 或 float16。",
            en=f"The weights file {name} holds other types than floats: {shown}. They should be float32 or float16.",
        )
    if rows := answer["not_finite"]:
        return Text(
            zh=f"权重文件 {name} 里有 NaN 或无穷大:{_some(rows)}。训练发散了, 试试较小的学习率。",
            en=f"The weights file {name} holds NaN or infinity: {_some(rows)}. The training diverged; try a smaller "
            "learning rate.",
        )
    return None


def _some(entries: list[Any], most: int = 3) -> str:
    shown = ", ".join(str(entry)[:80] for entry in entries[:most])
    return (shown + (", …" if len(entries) > most else "")) or "-"
