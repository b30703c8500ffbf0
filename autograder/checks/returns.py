"""A check of a function that turns arrays and numbers into one number."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from autograder.checks.base import Check, Tree, in_words, number
from autograder.portable.older import paired
from autograder.sandbox.session import Session
from autograder.text import Json, Message, Text

SHOWN = 60  # characters of an argument in a message

RETURNED = Message(
    "returns.returned",
    zh="{call} 返回 {got}，应为 {wanted:g}。",
    en="{call} returned {got}, expected {wanted:g}.",
)
RETURNED_OTHER = Message(
    "returns.returned_other",
    zh="{call} 返回的是{got}，应为 {wanted:g}。",
    en="{call} returned {got}, expected {wanted:g}.",
)
RETURNED_WRONG = Message(
    "returns.returned_wrong",
    zh="{name} 的返回值不对。",
    en="{name} returns wrong numbers.",
)


class Returns(Check):
    """The number that a function returns, for several sets of arguments.

    Attributes:
        cases: The arguments of each call; a list stands for a float32 array, nested as deep as the array has axes.
    """

    type: Literal["returns"] = "returns"
    kind: ClassVar[str] = "function"
    name: str
    cases: tuple[tuple[Any, ...], ...]
    tolerance: float = 1e-4

    def ask(self, session: Session) -> Tree:
        return [
            number(session.ask("call", target=self.name, arguments=[_argument(part) for part in case]))
            for case in self.cases
        ]

    def measured(self, seen: Tree) -> dict[str, Json]:
        return {"returned": seen}

    def complaint(self, seen: Tree, expected: Tree) -> Text:
        for case, got, wanted in paired(self.cases, seen, expected):
            if isinstance(got, str) or not abs(got - wanted) <= self.tolerance * max(abs(wanted), 1e-6):
                zh, en = (", ".join(_shown(part, array) for part in case) for array in ("数组 ", "array "))
                call, what = Text(zh=f"{self.name}({zh})", en=f"{self.name}({en})"), in_words(got)
                return (RETURNED_OTHER if isinstance(what, Text) else RETURNED)(call=call, got=what, wanted=wanted)
        return RETURNED_WRONG(name=self.name)


def _argument(part: Any) -> Any:
    return np.array(part, dtype=np.float32) if isinstance(part, (list, tuple)) else part


def _shown(part: Any, array: str) -> str:
    if not isinstance(part, (list, tuple)):
        return repr(part)
    text = str(np.array(part).tolist())
    return text if len(text) <= SHOWN else f"{array}{list(np.shape(part))}"
