"""What in an answer was written for another machine or an older NumPy and is taken otherwise when it is graded: told as notes."""

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
    en="{place}: the grading machine has no GPU, so the CPU is used in place of the device that is named here. "
    "This costs no points.",
)
WITHOUT_WORKERS = Text(
    zh="{place}：评分时不能另开进程，num_workers 按 0 处理，不影响得分。",
    en="{place}: grading cannot start other processes, so num_workers is taken as 0. This costs no points.",
)
# What `sandbox/child/older_numpy.py` puts back; bool, long and row_stack are there in NumPy 2, with nearly the same meaning.
OLDER_NUMPY = (
    *("float", "int", "object", "str", "complex", "unicode", "float_", "complex_", "cfloat", "unicode_", "string_"),
    *("int0", "uint0", "longfloat", "Inf", "Infinity", "infty", "PINF", "NINF", "NaN", "NAN", "PZERO", "NZERO"),
    *(
        "product",
        "cumproduct",
        "sometrue",
        "alltrue",
        "round_",
        "mat",
        "trapz",
        "in1d",
        "asfarray",
        "asscalar",
        "msort",
    ),
)
_OLDER_NAME = re.compile(rf"\b(?:np|numpy)\.(?P<name>{'|'.join(OLDER_NUMPY)})\b")
OF_NUMPY_1 = Text(
    zh="{place}：np.{name} 是 NumPy 1 的名字，NumPy 2 已删除；评分时按原来的意思处理，不影响得分，但在别的机器上会出错。",
    en="{place}: np.{name} is a name of NumPy 1 that NumPy 2 does not have. Grading uses its old meaning, which "
    "costs no points, but on other machines it fails.",
)
_SIGNS = ((_GPU, ON_THE_CPU), (_WORKERS, WITHOUT_WORKERS), (_OLDER_NAME, OF_NUMPY_1))


def notes_on(statements: Iterable[Statement]) -> tuple[Text, ...]:
    """Return a note, once for each kind, on the first place where code asks for what the grader's machine does not have."""
    notes: dict[str, Text] = {}
    for statement in statements:
        for pattern, note in _SIGNS:
            if note.en not in notes and (found := pattern.search(statement.text)):
                line = statement.line + statement.text.count("\n", 0, found.start())
                notes[note.en] = note.format(place=place_of(statement.filename, line), **found.groupdict())
    return tuple(notes.values())
