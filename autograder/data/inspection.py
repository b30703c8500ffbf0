"""What a data set's class says of the data that is there: faults, numbers of samples, what was made of a download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.text import Text

Progress = Callable[[int, int, str], None]
"""Called with how many are done, of how many, and the name of what was done."""

KINDS = {
    "unreadable": Text(zh="读不出来", en="unreadable"),
    "incomplete": Text(zh="不完整", en="incomplete"),
    "conflict": Text(zh="标签冲突", en="label conflict"),
    "name": Text(zh="文件名", en="name"),
    "leak": Text(zh="泄漏", en="leak"),
    "size": Text(zh="尺寸", en="size"),
    "identical": Text(zh="重复", en="duplicate"),
}
"""Kinds of faults that any set may have; a class names its own in `kinds`."""


def silent(done: int, total: int, name: str) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Fault:
    """One thing found: the files (relative to the set), what it is, and whether it spoils grading.

    Attributes:
        kind: A key of `KINDS`, or of the class's own `kinds`.
        correlation: How alike two samples are, -1 to 1, where two were compared.
    """

    kind: str
    spoils: bool
    files: tuple[str, ...]
    text: Text
    correlation: float | None = None


@dataclass(frozen=True)
class Count:
    """A number of samples.

    Attributes:
        name: As `--json` says it.
        text: What they are.
        part: Of the number before it.
    """

    name: str
    text: Text
    number: int
    part: bool = False


@dataclass(frozen=True)
class Prepared:
    """What a run made of a download: where, how many samples it wrote, how many were there, whether all was done before."""

    folder: Path
    written: int
    kept: int
    done_before: bool
