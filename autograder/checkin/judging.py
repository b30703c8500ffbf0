"""What a check-in gives by the rules of its moment, with what stands out about it. Nothing here opens a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from autograder.checkin.evidence import Other, noticed, to_text
from autograder.checkin.rulebook import Rulebook
from autograder.checkin.rules import Accepted, Refused, judge_note, judge_submission
from autograder.checkin.weeks import evidence_of
from autograder.course import Course
from autograder.store.records import Action, CheckIn, RulesSince
from autograder.text import Text

COPIED = Text(
    zh="同一条说明、同一时刻已经是另一名学生的打卡，不算数",
    en="the same note with the same moment is another student's check-in; it does not count",
)


class Judge:
    """Judges the check-ins of one student.

    Args:
        course: as it is today.
        history: the rules that were known, oldest first.
        known: what the student has checked in before.
        actions: of TAs, for this student and for everybody.
    """

    def __init__(
        self, course: Course, history: Sequence[RulesSince], known: Sequence[CheckIn], actions: Sequence[Action]
    ) -> None:
        self.course, self.book, self.known, self.actions = course, Rulebook(history), known, actions

    def note(
        self,
        text: str,
        moment: datetime,
        same: Callable[[str], Sequence[Other]] = lambda _: (),
        *,
        week: int | None = None,
        reason: str = "",
        received_at: datetime | None = None,
    ) -> Accepted | Refused:
        """Return what a note gives, with its marks.

        Args:
            text: the note.
            moment: when it was written.
            same: gives the same note of other students, by its proof.
            week: the number; by default the open week.
            reason: for a make-up.
            received_at: when it reached the class, None on a student's machine.
        """
        outcome = self._fairly(
            moment,
            lambda rules: judge_note(rules, text, moment, self.known, self.actions, week=week, reason=reason),
        )
        if isinstance(outcome, Refused):
            return outcome
        piece = outcome.checkin._replace(received_at=received_at)
        others = same(piece.proof)
        if received_at is not None and any((one.week, one.at) == (piece.week, piece.at) for one in others):
            return Refused(COPIED)
        then, chosen = self.book.at(received_at or moment), self.course.week(piece.week)
        assert chosen is not None
        policy = then.evidence_of(piece.week) if then else evidence_of(self.course, chosen)
        return Accepted(piece._replace(marks=to_text(noticed(piece, self.known, others, policy))))

    def submission(
        self,
        chapter: str,
        points: float | None,
        proof: str,
        moment: datetime,
        *,
        week: int | None = None,
        reason: str = "",
    ) -> Accepted | Refused:
        """Return what a submission gives.

        Args:
            points: None before it is graded.
        """
        return self._fairly(
            moment,
            lambda rules: judge_submission(
                rules, chapter, points, proof, moment, self.known, self.actions, week=week, reason=reason
            ),
        )

    def _fairly(self, moment: datetime, judge: Callable[[Course], Accepted | Refused]) -> Accepted | Refused:
        """Return what a check-in gives by the rules of today, or by those of its moment where they were kinder."""
        outcome = judge(self.course)
        then = self.book.at(moment)
        if isinstance(outcome, Accepted) or then is None:
            return outcome
        before = judge(then.applied_to(self.course))
        return before if isinstance(before, Accepted) else outcome
