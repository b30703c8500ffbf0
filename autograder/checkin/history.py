"""The rules of a course as a class's database keeps them, each with its moment."""

from __future__ import annotations

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
    today = rules_of(held(course, known).course)
    if known and known[-1].rules == today:
        return ()
    changed = tuple(differences(known[-1].rules, today)) if known else ()
    add_rules(connection, RulesSince(now, today), actor, "; ".join(changed) or "first known")
    return changed


def confirm_rules(connection: Connection, course: Course, actor: str, now: datetime) -> None:
    """Keep all rules of a course, also what was held: from now on they apply."""
    known, today = rules_since(connection), rules_of(course)
    changed = differences(known[-1].rules, today) if known else ()
    add_rules(connection, RulesSince(now, today), actor, "; ".join(changed) or "first known")
