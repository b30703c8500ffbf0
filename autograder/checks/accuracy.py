"""The accuracy check: the student's weights in the student's network, logits out, accuracy computed outside the box."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import Tree
from autograder.checks.network import NetworkCheck
from autograder.sandbox.session import Session
from autograder.text import Text


class Accuracy(NetworkCheck):
    """Judged by the figures, not by a recording; `measure` does the work because it needs weights and images."""

    type: Literal["accuracy"] = "accuracy"
    kind: ClassVar[str] = "accuracy"
    seconds: float = 60.0
    batch: int = 500

    def ask(self, session: Session) -> Tree:
        raise NotImplementedError("an accuracy check is measured with weights and images, see `measure`")

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        raise NotImplementedError("an accuracy check is judged by `measure`")

    def measure(
        self, session: Session, weights: bytes, images: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], seed: int
    ) -> float | Text:
        """Return the accuracy (fraction) of the network with `weights`, or what is wrong with them.

        images: float32 [N, C, H, W]; labels: int64 [N, 1]. Images go in shuffled by `seed`, without names or labels.
        """
        network = self.make(session)
        answer = session.ask("load_weights", target=network, content=np.frombuffer(weights, np.uint8))
        if answer["missing"] or answer["wrong_shape"]:
            return _foreign(answer)
        order = np.random.default_rng(seed).permutation(len(images))
        logits = []
        for start in range(0, len(order), self.batch):
            chosen = order[start : start + self.batch]
            out = session.ask("forward", target=network, images=images[chosen]).get("output")
            if not isinstance(out, np.ndarray) or out.ndim != 2 or len(out) != len(chosen):
                return Text(zh="网络没有对每张图给出一行 logits。", en="The network gives no row of logits per image.")
            logits.append(out)
        scores = np.concatenate(logits)
        if not np.isfinite(scores).all():
            return Text(zh="网络的输出含有 NaN 或无穷大。", en="The network's outputs contain NaN or infinity.")
        predicted = (scores[:, 0] > 0) if scores.shape[1] == 1 else scores.argmax(1)
        return float((predicted.astype(np.int64) == labels[order].reshape(-1)).mean())


def _foreign(answer: Tree) -> Text:
    missing = ", ".join(str(name)[:60] for name in answer["missing"][:3])
    wrong = ", ".join(str(row)[:80] for row in answer["wrong_shape"][:3])
    return Text(
        zh=f"权重文件与网络不符。缺少:{missing or '无'};形状不符:{wrong or '无'}。",
        en=f"The weights file does not fit the network. Missing: {missing or 'none'}; wrong shape: {wrong or 'none'}.",
    )
