"""Checks of the loops a student writes: one training epoch, an evaluation; on a small network of ours."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from autograder.checks.base import MOST_ROWS, MOST_SKETCHED, Check, Tree, number, sketch
from autograder.sandbox.session import Session
from autograder.text import Text

INPUTS = (1, 28, 28)


class LoopCheck(Check):
    """A function that takes a model and a loader. batches: their sizes; binary: one logit and float32 labels."""

    name: str
    batches: tuple[int, ...]
    seed: int
    num_classes: int = 10
    binary: bool = False
    once: bool = False
    dropout: float = 0.0
    starts_in_training: bool = True

    def loader(self) -> Tree:
        """Return the pairs (float32 [B, 1, 28, 28], labels [B, 1]) that stand for the loader."""
        generator = np.random.default_rng(self.seed)
        pairs = []
        for size in self.batches:
            images = generator.standard_normal((size, *INPUTS)).astype(np.float32) * 0.3
            labels = generator.integers(0, 2 if self.binary else self.num_classes, (size, 1))
            pairs.append([images, labels.astype(np.float32 if self.binary else np.int64)])
        return {"$pairs": pairs, "once": self.once}

    def network(self, session: Session, training: bool) -> Tree:
        """Return a probe network with known parameters, in train mode or not."""
        return session.ask(
            "probe_network",
            inputs=int(np.prod(INPUTS)),
            num_classes=1 if self.binary else self.num_classes,
            dropout=self.dropout,
            seed=self.seed,
            training=training,
        )


class TrainEpoch(LoopCheck):
    """`train_one_epoch(model, loader, optimizer)`: the loss it returns, or what the model is afterwards."""

    type: Literal["train_epoch"] = "train_epoch"
    kind: ClassVar[str] = "function"
    look_at: tuple[Literal["loss", "update"], ...] = ("loss", "update")

    def ask(self, session: Session) -> Tree:
        session.ask("seed", seed=self.seed)
        network = self.network(session, self.starts_in_training)
        optimizer = session.ask("optimizer", model=network, learning_rate=0.1)
        loss = session.ask("call", target=self.name, arguments=[network, self.loader(), optimizer])
        passes = session.ask("passes", target=network)["passes"]
        seen: dict[str, Tree] = {}
        if "loss" in self.look_at:
            seen["loss"] = number(loss)
        if "update" in self.look_at:
            seen["training"] = all(bool(training) for training, *_ in passes)
            seen["sizes"] = [int(size) for *_, size in passes]
            state = session.ask("parameters", target=network)
            if len(state) > MOST_ROWS or sum(np.size(value) for value in state.values()) > MOST_SKETCHED:
                raise ValueError("a probe network has few parameters")
            seen["parameters"] = {str(key): sketch(value) for key, value in sorted(state.items())}
        return seen

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if seen.get("sizes") != expected.get("sizes"):
            return Text(
                zh=f"{self.name} 送入网络的批次大小是 {seen['sizes']}, 应为 {expected['sizes']}。",
                en=f"{self.name} fed the network batches of {seen['sizes']}, expected {expected['sizes']}.",
            )
        if seen.get("training") != expected.get("training"):
            return Text(
                zh=f"{self.name} 运行时网络不在训练模式。", en=f"{self.name} does not put the network into train mode."
            )
        if "loss" in seen and seen["loss"] != expected["loss"]:
            return Text(
                zh=f"{self.name} 返回 {seen['loss']}, 每个样本的平均损失应为 {expected['loss']}。",
                en=f"{self.name} returned {seen['loss']}; the mean loss over samples is {expected['loss']}.",
            )
        return Text(
            zh=f"{self.name} 之后网络的参数与应有的不同:检查损失、backward、step 和 clear_grad。",
            en=f"After {self.name} the network's parameters are not what they should be: "
            "look at the loss, backward, step and clear_grad.",
        )


class Evaluate(LoopCheck):
    """`evaluate(model, loader)`: its results, the modes while it runs and afterwards, the gradient switch."""

    type: Literal["evaluate"] = "evaluate"
    kind: ClassVar[str] = "function"
    dropout: float = 0.5
    look_at: tuple[Literal["values", "mode", "no_grad"], ...] = ("values",)

    def ask(self, session: Session) -> Tree:
        seen: dict[str, Tree] = {}
        if "mode" in self.look_at:
            runs = {str(training): self._run(session, training)[1] for training in (True, False)}
            # A function that never calls the network has no right mode.
            seen["evaluating"] = all(
                run["passes"] and not any(training for training, *_ in run["passes"]) for run in runs.values()
            )
            seen["mode_after"] = {before: bool(run["training"]) for before, run in runs.items()}
        if {"values", "no_grad"} & set(self.look_at):
            result, record = self._run(session, self.starts_in_training)
            if "values" in self.look_at:
                several = isinstance(result, list) or (isinstance(result, np.ndarray) and result.ndim == 1)
                if several and len(result) >= 10:
                    seen["values"] = len(result)
                else:
                    seen["values"] = [number(value) for value in (result if several else [result])]
            if "no_grad" in self.look_at:
                seen["gradients"] = not record["passes"] or any(bool(switch) for _, switch, _ in record["passes"])
        return seen

    def _run(self, session: Session, training: bool) -> tuple[Tree, Tree]:
        session.ask("seed", seed=self.seed)
        network = self.network(session, training)
        result = session.ask("call", target=self.name, arguments=[network, self.loader()])
        return result, session.ask("passes", target=network)

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        if seen.get("evaluating") is False:
            return Text(
                zh=f"{self.name} 运行时网络应处于评估模式 (eval)。",
                en=f"{self.name} must run the network in eval mode.",
            )
        if seen.get("mode_after") != expected.get("mode_after"):
            return Text(
                zh=f"{self.name} 之后网络的模式应与之前相同。", en=f"{self.name} must leave the mode as it found it."
            )
        if seen.get("gradients"):
            return Text(zh=f"{self.name} 应在 no_grad 下计算。", en=f"{self.name} must compute without gradients.")
        names = "(accuracy, loss)"
        return Text(
            zh=f"{self.name} 返回 {seen.get('values')}, {names} 应为 {expected.get('values')}。",
            en=f"{self.name} returned {seen.get('values')}, expected {names} = {expected.get('values')}.",
        )
