"""The rules of a course as a class's database keeps them, each with its moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from autograder.checkin.held import held
from autograder.checkin.rulebook import differences, rules_of
from autograder.course import Course
from autograder.store.notices import add_rules, rules_since
from autograder.store.records import RulesSince


def keep_rules(connection: Connection, course: Course, actor: str, now: datetime) -> tuple[str, ...]:
    """Keep the rules of a course where they are not the newest known; return what changed, nothing the first time.

    What is held, see `held`, is not kept: it does not apply yet.
    """
    known = rules_since(connection)
    applied = held(course, known).course
    if known and known[-1].rules == rules_of(applied):
        return ()
    return _add(connection, known, applied, actor, now)


def confirm_rules(connection: Connection, course: Course, actor: str, now: datetime) -> None:
    """Keep all rules of a course, also what was held: from now on they apply."""
    _add(connection, rules_since(connection), course, actor, now)


def _add(
    connection: Connection, known: Sequence[RulesSince], course: Course, actor: str, now: datetime
) -> tuple[str, ...]:
    """Keep the rules of a course as the newest; return what changed, nothing the first time."""
    today = rules_of(course)
    changed = tuple(differences(known[-1].rules, today)) if known else ()
    add_rules(connection, RulesSince(now, today), actor, "; ".join(changed) or "first known")
    return changed
