"""One student at one moment: weeks, chapters, points, streaks. What every verb and page shows is made from this."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from autograder.checkin.late import AttemptChoice, chapter_deadline, choose_chapter_attempt, excused
from autograder.checkin.status import WeekJudge, WeekStatus
from autograder.checkin.streak import Progress, progress, share_of_the_course
from autograder.course import ChapterDates, Course
from autograder.portable.older import paired
from autograder.store.records import LEFT_OUT, Action, Attempt, ByHand, Ledger, Student


class ChapterPoints(NamedTuple):
    """One chapter of one student.

    Attributes:
        points: That count, None where nothing counts yet.
        due: For this student.
        left_out: It is excused, so it is no part of the total.
    """

    chapter: str
    points: float | None
    max_points: float
    due: datetime
    choice: AttemptChoice | None = None
    left_out: bool = False

    @property
    def share(self) -> float:
        """The points as a fraction of the most, 0..1."""
        return min(1.0, self.points / self.max_points) if self.points is not None and self.max_points > 0 else 0.0


def share_of(parts: Sequence[tuple[float, float]], drop: int = 0) -> float:
    """Return the weighted mean of shares, without the `drop` chapters without which it is highest; one always counts.

    Args:
        parts: Weight and share (0..1) of each chapter. Which ones to leave out depends on the mean, so it is raised
            until the choice stays the same.
    """
    if not parts:
        return 0.0
    count, best = max(1, len(parts) - drop), 0.0
    while True:
        kept = sorted(parts, key=lambda part: part[0] * (part[1] - best), reverse=True)[:count]
        mean = sum(weight * share for weight, share in kept) / sum(weight for weight, _ in kept)
        if mean <= best + 1e-12:
            return max(mean, best)
        best = mean


class Summary(NamedTuple):
    """What a student has reached so far.

    Attributes:
        course_points: 0..100, chapters by their weights, what is not handed in counts 0.
        weeks_share: Fraction 0..1 of all weeks of the course.
        full_mark_at: When the last chapter with full marks was handed in.
    """

    student: Student
    weeks: tuple[WeekStatus, ...]
    chapters: tuple[ChapterPoints, ...]
    progress: Progress
    weeks_share: float
    course_points: float
    full_mark_at: datetime | None
    ledger: Ledger


class Summariser:
    """Makes summaries of one course at one moment; made once for a whole class."""

    def __init__(self, course: Course, now: datetime, for_all: Iterable[Action] = ()) -> None:
        self.course, self.now = course, now
        self.for_all = tuple(action for action in for_all if action.student is None)
        self.judge = WeekJudge(course, now, self.for_all)
        self._worth = course.makeup.worth_percent / 100.0
        self._left_out = {c.id for c in course.chapters if LEFT_OUT in excused(c.id, self.for_all)}
        self._due = {c.id: chapter_deadline(course, c.id, self.for_all) or c.due for c in course.chapters}

    def summary(self, ledger: Ledger) -> Summary:
        """Return the summary of one student."""
        weeks = self.judge.statuses(ledger)
        chapters = tuple(self._chapters(ledger))
        counted = paired(self.course.chapters, chapters)
        parts = [(dates.weight, one.share) for dates, one in counted if not one.left_out]
        return Summary(
            ledger.student,
            weeks,
            chapters,
            progress(weeks, self._worth),
            share_of_the_course(weeks, self._worth),
            100.0 * share_of(parts, self.course.drop_lowest),
            _full_mark_at(chapters),
            ledger,
        )

    def summaries(self, ledgers: Iterable[Ledger]) -> Iterator[Summary]:
        """Yield the summaries of a class."""
        return map(self.summary, ledgers)

    def _chapters(self, ledger: Ledger) -> Iterator[ChapterPoints]:
        attempts: dict[str, list[Attempt]] = {}
        for attempt in ledger.attempts:
            attempts.setdefault(attempt.chapter, []).append(attempt)
        by_hand = dict(ledger.by_hand)
        moved = {action.chapter for action in ledger.actions}
        for dates in self.course.chapters:
            yield self._chapter(dates, attempts.get(dates.id, ()), ledger, by_hand, moved)

    def _chapter(
        self,
        dates: ChapterDates,
        attempts: Sequence[Attempt],
        ledger: Ledger,
        by_hand: Mapping[str, ByHand],
        moved: Container[str | None],
    ) -> ChapterPoints:
        due, left_out = self._due[dates.id], dates.id in self._left_out
        if dates.id in moved:
            decided = self.for_all + ledger.actions
            due = chapter_deadline(self.course, dates.id, decided) or due
            left_out = LEFT_OUT in excused(dates.id, decided)
        if not attempts:
            return ChapterPoints(dates.id, None, 0.0, due, left_out=left_out)
        actions = (*self.for_all, *ledger.actions)
        found = choose_chapter_attempt(self.course, dates.id, attempts, actions, by_hand.get(dates.id, 0.0))
        if found.chosen is None:
            return ChapterPoints(dates.id, None, attempts[-1].max_points, due, found, left_out)
        return ChapterPoints(dates.id, found.points, found.chosen.attempt.max_points, due, found, left_out)


def _full_mark_at(chapters: Iterable[ChapterPoints]) -> datetime | None:
    moments = [
        one.choice.chosen.attempt.at
        for one in chapters
        if one.choice and one.choice.chosen and one.points is not None and one.points >= one.max_points > 0
    ]
    return max(moments, default=None)
