"""Values of large parameters that a check will ask for are made while the first checks run, on another core."""

from __future__ import annotations

from collections.abc import Collection

from autograder.checks.network import NetworkCheck
from autograder.checks.suite import CheckSuite
from autograder.grading.grade import Answer
from autograder.sandbox.ready import VALUES, Shape

UNFINISHED = "raise NotImplementedError"  # what nbgrader puts into an answer cell


def make_ahead(suite: CheckSuite, answer: Answer) -> None:
    """Begin to make what the networks of an answer will be filled with, in the order of the checks."""
    VALUES.ahead(wanted(suite, answer))


def wanted(suite: CheckSuite, answer: Answer) -> list[tuple[int, Collection[Shape]]]:
    """Return seeds, each with the shapes of a network; none where the task is not written yet, because then no memory is needed."""
    found: list[tuple[int, Collection[Shape]]] = []
    for task, _, _, check in suite.asked:
        if isinstance(check, NetworkCheck) and check.filled and check.name in suite.shapes:
            statements = answer.slice_for(suite.names[task.id]).statements
            if not any(UNFINISHED in statement.text for statement in statements):
                found.append((check.model_dump()["seed"], suite.shapes[check.name]))
    return found
