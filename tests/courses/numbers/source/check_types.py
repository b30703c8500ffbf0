"""A type of check of this course: rows that must sum to one."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import Check, numbers
from autograder.text import Message, Text

OFF = Message(
    "rows.off", zh="{name} 的各行之和应为 1，得到 {sums}。", en="The rows of {name} must sum to 1; they sum to {sums}."
)


class RowsSumToOne(Check):
    """Each row of what a function returns sums to one, whatever else it holds."""

    type: Literal["rows_sum_to_one"] = "rows_sum_to_one"
    kind: ClassVar[str] = "function"
    name: str
    shape: tuple[int, int]
    seed: int

    def ask(self, session: Any) -> Any:
        x = np.random.default_rng(self.seed).normal(0, 10, self.shape)
        result = session.ask("call", target=self.name, arguments=[x])
        return {"sums": numbers(np.asarray(result, np.float64).reshape(len(x), -1).sum(axis=1))}

    def judge(self, seen: Any, expected: Any) -> Text | None:
        right = all(abs(one - 1) <= 1e-6 for one in seen["sums"])
        return None if right else self.complaint(seen, expected)

    def complaint(self, seen: Any, expected: Any) -> Text:  # noqa: ARG002
        return OFF(name=self.name, sums=seen["sums"][:4])
