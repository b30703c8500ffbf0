"""What in an answer was written for another machine and is taken as something else when it is graded: told as notes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.submission.statements import Statement
from autograder.submission.syntax import place_of
from autograder.text import Text

_GPU = re.compile(r"set_device\(\s*[\"'](?:gpu|cuda|xpu|npu)|\bCUDAPlace\b|\.cuda\(|[\"'](?:gpu|cuda)(?::\d+)?[\"']")
_WORKERS = re.compile(r"\bnum_workers\s*=\s*(?!0\b)")
ON_THE_CPU = Text(
    zh="{place}：评分的机器没有 GPU，这里的设备按 CPU 处理，不影响得分。",
    en="{place}: there is no GPU where answers are graded; the device named here is taken as the CPU, which costs no points.",
)
WITHOUT_WORKERS = Text(
    zh="{place}：评分时不能另开进程，num_workers 按 0 处理，不影响得分。",
    en="{place}: no other processes can be started where answers are graded; num_workers is taken as 0, which costs no points.",
)
_SIGNS = ((_GPU, ON_THE_CPU), (_WORKERS, WITHOUT_WORKERS))


def notes_on(statements: Iterable[Statement]) -> tuple[Text, ...]:
    """Return a note, once for each kind, on the first place where code asks for what only another machine has."""
    notes: dict[str, Text] = {}
    for statement in statements:
        for pattern, note in _SIGNS:
            if note.en not in notes and (found := pattern.search(statement.text)):
                line = statement.line + statement.text.count("\n", 0, found.start())
                notes[note.en] = note.format(place=place_of(statement.filename, line))
    return tuple(notes.values())
