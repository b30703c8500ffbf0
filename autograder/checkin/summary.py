"""One student at one moment: weeks, chapters, points, streaks. What every verb and page shows is made from this."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from autograder.checkin.late import Counting, chapter_counting, chapter_deadline
from autograder.checkin.status import WeekJudge, WeekStatus
from autograder.checkin.streak import Progress, progress, share_of_the_course
from autograder.course import ChapterDates, Course
from autograder.older import paired
from autograder.store.records import Action, Attempt, ByHand, Ledger, Student


class ChapterPoints(NamedTuple):
    """One chapter of one student. points: that count, None where nothing counts yet; due: for this student."""

    chapter: str
    points: float | None
    max_points: float
    due: datetime
    counting: Counting | None = None


class Summary(NamedTuple):
    """course_points: 0..100, chapters by their weights, what is not handed in counts 0; weeks_share: fraction 0..1
    of all weeks of the course; full_mark_at: when the last chapter with full marks was handed in."""

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
        self._weight = sum(chapter.weight for chapter in course.chapters)
        self._due = {c.id: chapter_deadline(course, c.id, self.for_all) or c.due for c in course.chapters}

    def summary(self, ledger: Ledger) -> Summary:
        """Return the summary of one student."""
        weeks = self.judge.statuses(ledger)
        chapters = tuple(self._chapters(ledger))
        share = sum(
            dates.weight * min(1.0, one.points / one.max_points)
            for dates, one in paired(self.course.chapters, chapters)
            if one.points is not None and one.max_points > 0
        )
        return Summary(
            ledger.student,
            weeks,
            chapters,
            progress(weeks, self._worth),
            share_of_the_course(weeks, self._worth),
            100.0 * share / self._weight if self._weight else 0.0,
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
        due = self._due[dates.id]
        if dates.id in moved:
            due = chapter_deadline(self.course, dates.id, self.for_all + ledger.actions) or due
        if not attempts:
            return ChapterPoints(dates.id, None, 0.0, due)
        actions = (*self.for_all, *ledger.actions)
        found = chapter_counting(self.course, dates.id, attempts, actions, by_hand.get(dates.id, 0.0))
        if found.chosen is None:
            return ChapterPoints(dates.id, None, attempts[-1].max_points, due, found)
        return ChapterPoints(dates.id, found.points, found.chosen.attempt.max_points, due, found)


def _full_mark_at(chapters: Iterable[ChapterPoints]) -> datetime | None:
    moments = [
        one.counting.chosen.attempt.at
        for one in chapters
        if one.counting and one.counting.chosen and one.points is not None and one.points >= one.max_points > 0
    ]
    return max(moments, default=None)
