"""How a finding says the accuracy that was measured, and how it is read back from what it said."""

from __future__ import annotations

import re

from autograder.text import Text

CONSTANT = Text(
    zh="网络对每张图的回答都一样 (准确率 {accuracy:.4f}):它什么也没学到, 或者权重还是初始值。",
    en="The network answers the same for every image (accuracy {accuracy:.4f}): it learned nothing, or the weights are the "
    "initial ones.",
)
REACHED = Text(
    zh="准确率 {accuracy:.4f}{area};最低要求 {minimum:.4f}, 总答同一类是 {constant:.4f}。",
    en="Accuracy {accuracy:.4f}{area}; minimum {minimum:.4f}, a constant answer {constant:.4f}.",
)
# Anchored: a message about a weights file quotes the student's name of it further on.
_SAID = [
    re.compile(re.escape(text[: text.index("{accuracy")]) + r"([01]\.\d{4})")
    for wording in (CONSTANT, REACHED)
    for text in (wording.zh, wording.en)
]


def accuracy_in(message: str) -> float | None:
    """Return the accuracy, a fraction 0..1, that an accuracy finding speaks of; None where nothing was measured."""
    for pattern in _SAID:
        if found := pattern.match(message):
            return float(found[1])
    return None
