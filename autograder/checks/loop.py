"""Checks of the loops a student writes: one training epoch, an evaluation; on a small network of ours."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from autograder.checks.base import MAX_ROWS, MAX_SKETCHED, Check, Tree, agrees, asked_once, in_words, number, sketch
from autograder.checks.raised import Called
from autograder.sandbox.session import Session
from autograder.text import Json, Message, Text

INPUTS = (1, 28, 28)
MIXED = "mixed"  # some layers are in train mode, others in eval mode

BATCH_SIZES = Message(
    "loop.batch_sizes",
    zh="{name} 送入网络的批大小是 {got}，应为 {wanted}。",
    en="{name} fed the network batches of {got}, expected {wanted}.",
)
NOT_IN_TRAIN_MODE = Message(
    "loop.not_in_train_mode",
    zh="{name} 运行时网络不在训练模式。",
    en="{name} does not put the network into train mode.",
)
MEAN_LOSS = Message(
    "loop.mean_loss",
    zh="{name} 返回 {got}，每个样本的平均损失应为 {wanted}。",
    en="{name} returned {got}; the mean loss over samples is {wanted}.",
)
NO_MEAN_LOSS = Message(
    "loop.no_mean_loss",
    zh="{name} 返回的是{got}，应为每个样本的平均损失 {wanted}。",
    en="{name} returned {got}; the mean loss over samples is {wanted}.",
)
WRONG_UPDATE = Message(
    "loop.wrong_update",
    zh="{name} 之后网络的参数与应有的不同：检查损失、backward、step 和 clear_grad。",
    en="After {name} the parameters of the network are not what they should be: check the loss, backward, step and "
    "clear_grad.",
)
OTHER_OPTIMIZER = Message(
    "loop.other_optimizer",
    zh="{name} 没有用传进来的 optimizer：它的 step() 一次也没有调用。不要在函数里另建优化器。",
    en="{name} does not use the optimizer that it gets: its step() is never called. Do not create another one in the function.",
)
NOT_IN_EVAL_MODE = Message(
    "loop.not_in_eval_mode",
    zh="{name} 运行时网络应处于评估模式 (eval)。",
    en="{name} must run the network in eval mode.",
)
MODE_LEFT = Message(
    "loop.mode_left",
    zh="{name} 之后网络的模式应与之前相同。",
    en="After {name} the network must be in the same mode as before.",
)
MODES_MIXED = Message(
    "loop.modes_mixed",
    zh="{name} 之后网络自己和它的各层不在同一个模式：model.training = … 只改网络自己，请用 model.train() 和 model.eval()。",
    en="After {name} the network and its layers are in different modes: model.training = … changes only the "
    "network itself; call model.train() and model.eval().",
)
WITH_GRADIENTS = Message(
    "loop.with_gradients",
    zh="{name} 应在 no_grad 下计算。",
    en="{name} must compute without gradients.",
)
EVALUATED = Message(
    "loop.evaluated",
    zh="{name} 返回 {got}，{what} 应为 {wanted}。",
    en="{name} returned {got}, expected {what} = {wanted}.",
)


class LoopCheck(Check):
    """A function that takes a model and a loader.

    Attributes:
        batches: Their sizes.
        binary: One logit and float32 labels.
    """

    name: str
    batches: tuple[int, ...]
    seed: int
    num_classes: int = 10
    binary: bool = False
    once: bool = False
    dropout: float = 0.0
    starts_in_training: bool = True

    takes: ClassVar[str] = "model, loader"

    @property
    def calling(self) -> Called:
        """The call, with the arguments by what they are."""
        return Called(f"{self.name}({self.takes})", self.name)

    def run(self, session: Session, training: bool, **more: Tree) -> Tree:
        """Return what the function does with a probe network in train mode or not; see the operation `loop`.

        Checks that look at another part of the same run share it.
        """
        same = (self.name, self.batches, self.seed, self.num_classes, self.binary, self.once, self.dropout)
        question = ("loop", *same, training, *more.items())
        return asked_once(session, question, lambda: self._run(session, training, more))

    def _run(self, session: Session, training: bool, more: dict[str, Tree]) -> Tree:
        pairs = random_pairs(self.seed, self.batches, 2 if self.binary else self.num_classes, self.binary)
        return session.ask(
            "loop",
            target=self.name,
            loader={"$pairs": pairs, "once": self.once},
            num_classes=1 if self.binary else self.num_classes,
            dropout=self.dropout,
            seed=self.seed,
            training=training,
            **more,
        )


def random_pairs(seed: int, batches: tuple[int, ...], kinds: int, binary: bool) -> list[list[Tree]]:
    """Return the pairs (float32 [B, 1, 28, 28], labels [B, 1]) that stand for a loader; labels below `kinds`."""
    generator = np.random.default_rng(seed)
    pairs = []
    for size in batches:
        images = generator.standard_normal((size, *INPUTS)).astype(np.float32) * 0.3
        labels = generator.integers(0, kinds, (size, 1)).astype(np.float32 if binary else np.int64)
        pairs.append([images, labels])
    return pairs


class TrainEpoch(LoopCheck):
    """`train_one_epoch(model, loader, optimizer)`: the loss it returns, or what the model is afterwards."""

    type: Literal["train_epoch"] = "train_epoch"
    takes: ClassVar[str] = "model, loader, optimizer"
    kind: ClassVar[str] = "function"
    look_at: tuple[Literal["loss", "update"], ...] = ("loss", "update")

    def ask(self, session: Session) -> Tree:
        update = "update" in self.look_at
        run = self.run(session, self.starts_in_training, learning_rate=0.1, parameters=True)
        seen: dict[str, Tree] = {}
        if "loss" in self.look_at:
            seen["loss"] = number(run["result"])
        if update:
            seen["training"] = all(bool(training) for training, *_ in run["passes"])
            seen["sizes"] = [int(size) for *_, size in run["passes"]]
            seen["stepped"] = bool(run.get("stepped"))
            state = run["parameters"]
            if len(state) > MAX_ROWS or sum(np.size(value) for value in state.values()) > MAX_SKETCHED:
                raise ValueError("a probe network has few parameters")
            seen["parameters"] = {str(key): sketch(value) for key, value in sorted(state.items())}
        return seen

    def judge(self, seen: Tree, expected: Tree) -> Text | None:
        # Whether the optimizer made a step explains wrong parameters; right ones may come from a copy of it.
        asked, wanted = ({key: value for key, value in one.items() if key != "stepped"} for one in (seen, expected))
        return None if agrees(asked, wanted, self.tolerance) else self.complaint(seen, expected)

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"loss": seen["loss"]} if "loss" in seen else {}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if seen.get("sizes") != expected.get("sizes"):
            return BATCH_SIZES(name=self.name, got=seen["sizes"], wanted=expected["sizes"])
        if seen.get("training") != expected.get("training"):
            return NOT_IN_TRAIN_MODE(name=self.name)
        if seen.get("stepped") is False:
            return OTHER_OPTIMIZER(name=self.name)
        if "loss" in seen and seen["loss"] != expected["loss"]:
            got = in_words(seen["loss"])
            said = NO_MEAN_LOSS if isinstance(got, Text) else MEAN_LOSS
            return said(name=self.name, got=got, wanted=expected["loss"])
        return WRONG_UPDATE(name=self.name)


class Evaluate(LoopCheck):
    """`evaluate(model, loader)`: its results, the modes while it runs and afterwards, the gradient switch."""

    type: Literal["evaluate"] = "evaluate"
    kind: ClassVar[str] = "function"
    dropout: float = 0.5
    look_at: tuple[Literal["values", "mode", "no_grad"], ...] = ("values",)

    def ask(self, session: Session) -> Tree:
        seen: dict[str, Tree] = {}
        if "mode" in self.look_at:
            runs = {str(training): self.run(session, training) for training in (True, False)}
            # A function that never calls the network has no right mode.
            seen["evaluating"] = all(
                run["passes"] and not any(training for training, *_ in run["passes"]) for run in runs.values()
            )
            after = {before: run["training"] for before, run in runs.items()}
            seen["mode_after"] = {before: mode if isinstance(mode, bool) else MIXED for before, mode in after.items()}
        if {"values", "no_grad"} & set(self.look_at):
            run = self.run(session, self.starts_in_training)
            result = run["result"]
            if "values" in self.look_at:
                several = isinstance(result, list) or (isinstance(result, np.ndarray) and result.ndim == 1)
                if several and len(result) >= 10:
                    seen["values"] = len(result)
                else:
                    seen["values"] = [number(value) for value in (result if several else [result])]
            if "no_grad" in self.look_at:
                seen["gradients"] = not run["passes"] or any(bool(switch) for _, switch, _ in run["passes"])
        return seen

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"returned": seen["values"]} if "values" in seen else {}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if seen.get("evaluating") is False:
            return NOT_IN_EVAL_MODE(name=self.name)
        if MIXED in seen.get("mode_after", {}).values():
            return MODES_MIXED(name=self.name)
        if seen.get("mode_after") != expected.get("mode_after"):
            return MODE_LEFT(name=self.name)
        if seen.get("gradients"):
            return WITH_GRADIENTS(name=self.name)
        names, values = "(accuracy, loss)", seen.get("values")
        got = [in_words(value) for value in values] if isinstance(values, list) else values
        return EVALUATED(name=self.name, got=got, what=names, wanted=expected.get("values"))
