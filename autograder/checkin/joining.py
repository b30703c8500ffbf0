"""Joining the class's board, and leaving it."""

from __future__ import annotations

from datetime import datetime

from autograder.checkin.board import pseudonym_of
from autograder.checkin.pseudonym import SOMEBODY_ELSE, PseudonymError, checked_pseudonym, is_taken_by, key_of
from autograder.store.checkins import actions_for, add_actions
from autograder.store.database import Database
from autograder.store.records import Action
from autograder.store.roster import claim_pseudonym, claimed, class_list


def join_board(database: Database, student: str, pseudonym: str, now: datetime) -> bool:
    """Put a student on the board under a pseudonym; False where it is, or looks like, another student's.

    Raises `PseudonymError` for what is no pseudonym, and for another student's id or name. Who stands there by that
    pseudonym already stays, whoever joined the class since.
    """
    with database.writing() as connection:
        if pseudonym_of(one for one in actions_for(connection, student) if one.student == student) == pseudonym:
            return True
        known = class_list(connection)
        name = checked_pseudonym(pseudonym, student, known[student].name if student in known else "")
        others = (text for one in known.values() if one.id != student for text in (one.id, one.name))
        if is_taken_by(name, others):
            raise PseudonymError(SOMEBODY_ELSE)
        if any(owner != student and key_of(folded) == key_of(name) for folded, owner in claimed(connection)):
            return False
        if not claim_pseudonym(connection, key_of(name), student):
            return False
        add_actions(connection, [Action("board", student, now, "joined", student, value=name)])
    return True


def leave_board(database: Database, student: str, now: datetime) -> None:
    """Take a student off the board; the pseudonym stays his."""
    with database.writing() as connection:
        add_actions(connection, [Action("board", student, now, "left", student, active=False)])
