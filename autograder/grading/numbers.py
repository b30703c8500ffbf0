"""Answers that are right with the numbers of another variant than the student's: told to them, and to staff by a flag.

A hand-in of a team counts for each member, and is right with the numbers of whichever member made it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from autograder.checks.base import Observation
from autograder.checks.suite import CheckSuite
from autograder.store.result import Finding, Result
from autograder.text import Message, Told, listed, told

OTHER_NUMBERS = Message(
    "numbers.other",
    zh="这是另一份题的数。你的是 {values}；own_constants 和 autograder check 会说出来。",
    en="These are the numbers of another variant. Yours are {values}; own_constants and autograder check show them.",
)
COMMON_NUMBERS = Message(
    "numbers.common",
    zh="这是不知道学号时大家共同的数。你的是 {values}；own_constants 和 autograder check 会说出来。",
    en="These are the common numbers, which are used when no id is known. Yours are {values}; own_constants and "
    "autograder check show them.",
)
EITHER_NUMBERS = Message(
    "numbers.either",
    zh="这是另一份题的数，或者不知道学号时大家共同的数。你的是 {values}；own_constants 和 autograder check 会说出来。",
    en="These are the numbers of another variant, or the common ones, which are used when no id is known. Yours "
    "are {values}; own_constants and autograder check show them.",
)
UNKNOWN_NUMBERS = Message(
    "numbers.unknown",
    zh="用另一份题的数是对的。这里不知道是谁的答案，所以按大家共同的数 ({values}) 检查。先写上学号 (own_id 的单元，或环境变量 AUTOGRADER_STUDENT)，再检查一次。",
    en="This is right with the numbers of another variant. It is not known here whose answer this is, so it is "
    "checked with the common numbers ({values}). Give your id first, in a cell with own_id or in the variable "
    "AUTOGRADER_STUDENT, and check again.",
)
NUMBERS_FLAG = Message(
    "numbers.flag",
    zh="{task}：用别人的数 ({theirs}) 是对的，这名学生的是 {own}。是不是抄来的，或者学号写错了？autograder variants {chapter} 列出谁有哪些数。",
    en="{task}: right with the numbers of others ({theirs}), while this student has {own}. Was it copied, or is an id "
    "mistyped? `autograder variants {chapter}` lists who has which.",
)
COMMON_FLAG = Message(
    "numbers.common_flag",
    zh="{task}：用大家共同的数 ({theirs}) 是对的，这名学生的是 {own}。多半是没有写学号，请学生写上学号、用自己的数再交。",
    en="{task}: right with the common numbers ({theirs}), while this student has {own}. Most likely they had said no id; ask them "
    "to say it and to hand in with their own numbers.",
)
NUMBERS_OF = Message(
    "numbers.of",
    zh="{task} 的数是这些学生的：{others}。",
    en="The numbers in {task} are those of {others}.",
)
FOUND, ALL_FOUND = "right_with_variant", "right_with_variants"
MAX_NAMED, MAX_FITTING = 12, 3


def with_other_numbers(
    suite: CheckSuite, found: Mapping[str, Finding], seen: Mapping[str, Observation]
) -> dict[str, Finding]:
    """Return the findings of a task; where they are those of an answer with other numbers, they say so."""
    numbers = _right_with(suite, found, seen)
    if not numbers or suite.bank is None:
        return dict(found)
    number = numbers[0]
    common = EITHER_NUMBERS if len(numbers) > 1 else COMMON_NUMBERS
    message = UNKNOWN_NUMBERS if not suite.number else OTHER_NUMBERS if number else common
    said = told(message(values=suite.bank.variants[suite.number].said))
    return {
        name: replace(
            one,
            causes=(),
            advice=one.advice if one.hidden else said,
            hinted=one.hinted and one.hidden,
            values={**one.values, FOUND: number, ALL_FOUND: numbers},
        )
        if one.failed
        else one
        for name, one in found.items()
    }


def _right_with(suite: CheckSuite, found: Mapping[str, Finding], seen: Mapping[str, Observation]) -> list[int]:
    """Return the variants by which all checks of a task pass that fail by the student's own, in the order of the bank.

    What was seen where a variant asks something else says nothing about it.
    """
    failed = [name for name, one in found.items() if one.failed]
    bank = suite.bank
    if bank is None or not failed or not all(name in bank.touched for name in failed):
        return []
    others = (number for number in range(len(bank.variants)) if number != suite.number)
    fitting = []
    for number in others:
        other = suite.variant(number)
        alike = [name for name in failed if other.checks[name].asks_like(suite.checks[name])]
        if alike and all(_passes(other, name, seen.get(name, {})) for name in alike):
            fitting.append(number)
    return fitting


def _passes(suite: CheckSuite, name: str, seen: Observation) -> bool:
    with suppress(Exception):  # a form that no right answer has
        return suite.checks[name].judge(seen["seen"], suite.expected[name]["seen"]) is None
    return False


def numbers_flags(suite: CheckSuite, findings: Sequence[Finding]) -> tuple[Told, ...]:
    """Return a flag for each task that is right with other numbers than the student's; none where it is not known whose it is."""
    if suite.bank is None or not suite.number:
        return ()
    variants, flags = suite.bank.variants, []
    for task, found in {one.task: one.values[ALL_FOUND] for one in findings if ALL_FOUND in one.values}.items():
        numbers = found if isinstance(found, list) else []
        said = [variants[int(str(number))].said for number in numbers]
        theirs = " / ".join(said if len(said) <= MAX_FITTING else [*said[:MAX_FITTING], "…"])
        message = COMMON_FLAG if numbers == [0] else NUMBERS_FLAG
        values = {} if message is COMMON_FLAG else {"chapter": suite.chapter.id}
        flags.append(told(message(task=task, theirs=theirs, own=variants[suite.number].said, **values)))
    return tuple(flags)


def whose_numbers(suite: CheckSuite, result: Result, students: Iterable[str], salt: str | None) -> tuple[Told, ...]:
    """Return a flag for each task that is right with the numbers of some of `students`: it names them."""
    found = {one.task: one.values[ALL_FOUND] for one in result.findings if ALL_FOUND in one.values}
    flags, mates = [], [one for one in students if one != result.student]
    for task, numbers in found.items():
        fitting = set(numbers) - {0} if isinstance(numbers, list) else set()
        if others := [one for one in mates if suite.for_student(one, salt).number in fitting]:
            flags.append(told(NUMBERS_OF(task=task, others=listed(others, MAX_NAMED))))
    return tuple(flags)


def best_of_team(
    first: Result, suite: CheckSuite, team: Sequence[str], salt: str | None, examined_for: Callable[[str], Result]
) -> Result:
    """Return the result with the numbers of the member for whom it is best; it stays the student's, with their key.

    Args:
        first: With the student's own numbers, which is kept where no other is better.
        suite: By which it was made.
        team: The other members.
        examined_for: Grades with the numbers of a member. Only where something fails that the numbers have a say in,
            others than the student's own are tried, each once.
    """
    bank, best = suite.bank, first
    if bank is None or not any(one.failed and one.check in bank.touched for one in first.findings):
        return first
    tried = {suite.number}
    for member in team:
        number = suite.for_student(member, salt).number
        if number not in tried:
            tried.add(number)
            best = max(best, examined_for(member), key=lambda one: one.score)
    return best if best is first else replace(best, student=first.student, key=first.key)
