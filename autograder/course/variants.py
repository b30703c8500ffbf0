"""Constants that differ from student to student: `variants:` of chapter.yml, and the bank that a course draws from it.

A constant's name stands wherever its number does: in notebook.py (answers and checks of sizes), mistakes.yml, right/ and wrong/.
The build writes the number in its place, once for each variant. checks.py and architecture.py ask `constants()`, see
`autograder/constants.py`.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Optional

from autograder.constants import Values, frozen
from autograder.course.drawn import drawn, plain_id
from autograder.course.record import (
    Complaint,
    CourseText,
    NotEmpty,
    Positive,
    PositiveNumber,
    Record,
    problem,
    raw_list,
    raw_number,
    raw_value,
    repeated,
)
from autograder.course.wording import NOT_BUT, quoted
from autograder.portable.validated import AfterValidator
from autograder.text import Text

MAX_COUNT, MAX_CHOICES = 16, 10_000

NAME = Text(
    zh="必须是用 _ 连接的两个或更多大写单词，例如 CROP_LEAST",
    en="must be two or more words in capitals joined by _, such as CROP_LEAST",
)
EITHER = Text(zh="常数要么有 values:，要么有 range:", en="a constant has either values: or range:")
NUMBER = Text(
    zh="必须是数，或者由数组成的列表，列表可以嵌套", en="must be a number, or a list of numbers and such lists"
)
SAME_FORM = Text(zh="必须与 paper 形式相同", en="must be of the same form as paper")
MOST = Text(zh="最多是 {most}：生成时每种变体都要记录", en="must be {most} at the most: the build records each variant")
TOO_FEW = Text(
    zh="除了 paper 只有 {count} 种变体；请在 values 里再加一些值",
    en="there are only {count} variants beside the paper's; add values",
)
TOO_MANY = Text(
    zh="共有 {count} 种组合；请去掉一些值，{most} 种就够了",
    en="there are {count} combinations; leave values out, {most} are enough",
)


def _constant_name(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", text):
        raise problem(NOT_BUT.format(expected=NAME, value=quoted(text)))
    return text


class Range(Record):
    """Numbers from `least` to `most`, both included, `step` apart."""

    least: float
    most: float
    step: Positive

    def numbers(self) -> tuple[Any, ...]:
        """Return the numbers, whole ones where all three are."""
        count = math.floor((self.most - self.least) / self.step + 1e-9) + 1
        found = [round(self.least + place * self.step, 10) for place in range(count)]
        whole = all(float(one).is_integer() for one in (self.least, self.step))
        return tuple(int(one) if whole else one for one in found)


class Constant(Record):
    """A number that each student writes for themselves.

    Attributes:
        paper: What holds for whoever has no id, and in a course without a salt.
        values, range: What others may have.
    """

    name: Annotated[str, AfterValidator(_constant_name)]
    meaning: CourseText
    paper: Any
    values: tuple[Any, ...] = ()
    range: Optional[Range] = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield a constant with no values or two kinds of them, and values of another form than the paper's."""
        if bool(raw_value(raw, "values")) == (raw_value(raw, "range") is not None):
            yield ("values",), EITHER
        if not _is_number(raw.get("paper", 0)):
            yield ("paper",), NOT_BUT.format(expected=NUMBER, value=quoted(raw.get("paper")))
            return
        for position, value in enumerate(raw_list(raw, "values")):
            if not _is_number(value) or _form(value) != _form(raw.get("paper")):
                yield ("values", position), NOT_BUT.format(expected=SAME_FORM, value=quoted(value))

    @property
    def choices(self) -> tuple[Any, ...]:
        """All values that a variant may have."""
        return tuple(frozen(value) for value in self.values) or (self.range.numbers() if self.range else ())


class Variants(Record):
    """The constants of a chapter, and how many variants a course draws from them (its bank)."""

    count: PositiveNumber = 8
    constants: Annotated[tuple[Constant, ...], NotEmpty]

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield names listed twice, and a bank that is larger than what there is to draw."""
        yield from repeated(raw, "constants", "name")
        count = raw_number(raw, "count")
        if count is not None and count > MAX_COUNT:
            yield ("count",), MOST.format(most=MAX_COUNT)
        lists = [raw_list(one, "values") for one in raw_list(raw, "constants")]
        if count is not None and lists and all(lists):
            choices = math.prod(map(len, lists))
            paper = all(raw_value(one, "paper") in had for one, had in zip(raw_list(raw, "constants"), lists))
            if choices - paper < count:
                yield ("count",), TOO_FEW.format(count=choices - paper)
            if choices > MAX_CHOICES:
                yield ("constants",), TOO_MANY.format(count=choices, most=MAX_CHOICES)

    @property
    def paper(self) -> Values:
        """The values of whoever has no id."""
        return {one.name: frozen(one.paper) for one in self.constants}

    def bank(self, salt: str | None, chapter: str) -> tuple[Values, ...]:
        """Return the variants of a course: first the paper's, then those drawn from its public salt, all different."""
        paper = self.paper
        if salt is None:
            return (paper,)
        names = [one.name for one in self.constants]
        every = (dict(zip(names, found)) for found in itertools.product(*(one.choices for one in self.constants)))
        others = [values for values in every if values != paper]
        others.sort(key=lambda values: drawn(salt, "variant", chapter, json.dumps(values)))
        return (paper, *others[: int(self.count)])


def values_of(variants: Variants | None, salt: str | None, student: str, chapter: str) -> Values:
    """Return a student's own numbers in a chapter, empty where all have the same; the paper's in a course without a salt."""
    if variants is None:
        return {}
    bank = variants.bank(salt, chapter)
    return bank[variant_of(salt, student, chapter, len(bank) - 1)] if salt and len(bank) > 1 else bank[0]


def variant_of(salt: str, student: str, chapter: str, bank: int) -> int:
    """Return the number of a student's variant in a chapter, from 1.

    Args:
        bank: How many there are beside the paper's.
    """
    return 1 + drawn(salt, "variant of", chapter, plain_id(student)) % bank


def _is_number(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(map(_is_number, value))
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _form(value: object) -> Sequence[Any] | bool:
    """Return how a value is nested, and whether its numbers are whole."""
    return [_form(one) for one in value] if isinstance(value, (list, tuple)) else isinstance(value, int)
