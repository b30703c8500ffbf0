"""Hand-ins of a team: they count for each member, and are right with the numbers of whichever member made them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.checks.suite import CheckSuite
from autograder.store.result import Result


def best_of_team(
    first: Result, suite: CheckSuite, team: Sequence[str], salt: str | None, examined_for: Callable[[str], Result]
) -> Result:
    """Return the result with the numbers of the member for whom it is best; it stays the student's, with their key.

    first: with the student's own numbers, which is kept where no other is better; suite: by which it was made; team: the
    other members; examined_for: grades with the numbers of a member. Only where something fails that the numbers have a say
    in, others than the student's own are tried, each once.
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
