"""What a change of the rules does: for each student what they have by the rules before and by those after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from autograder.checkin.certificate import missing
from autograder.checkin.rulebook import rules_of
from autograder.checkin.summary import Summariser, Summary
from autograder.checkin.wording import STATUS_WORDS
from autograder.course import Course
from autograder.store.records import Action, Ledger, RulesSince, Student
from autograder.text import Text

WEEK = Text(zh="第 {week} 周 {before} -> {after}", en="week {week} {before} -> {after}")
NO_WEEK = Text(zh="没有这一周", en="none")
COMPLETION = Text(zh="完成率 {before:.0f}% -> {after:.0f}%", en="completion {before:.0f} % -> {after:.0f} %")
STREAK = Text(zh="连续 {before} -> {after} 周", en="streak {before} -> {after}")
CHAPTER = Text(zh="{chapter} {before} -> {after} 分", en="{chapter} {before} -> {after} points")
LEFT_OUT = Text(zh="{chapter} 不计入总分", en="{chapter} no part of the total")
COUNTED = Text(zh="{chapter} 重新计入总分", en="{chapter} part of the total again")
POINTS = Text(zh="课程得分 {before:.1f} -> {after:.1f}", en="course points {before:.1f} -> {after:.1f}")
GETS, LOSES = (
    Text(zh="证书：够了", en="certificate: earned now"),
    Text(zh="证书：不够了", en="certificate: no longer earned"),
)


class Affected(NamedTuple):
    """A student for whom a change of the rules changes something.

    Attributes:
        changes: What, each in words.
        loses: Whether they have fewer points, or fewer weeks, than before.
    """

    student: Student
    changes: tuple[Text, ...]
    loses: bool = False


def affected(
    before: Course, after: Course, ledgers: Iterable[Ledger], for_all: Sequence[Action], now: datetime
) -> Iterator[Affected]:
    """Yield who is affected where the rules change from `before` to `after` at `now`; nothing is stored."""
    old, new = (Summariser(course, now, for_all) for course in (before, after))
    for ledger in ledgers:
        if not ledger.student.active:
            continue
        known = ledger.rules or (RulesSince(datetime.min.replace(tzinfo=now.tzinfo), rules_of(before)),)
        judged = replace(ledger, rules=known)
        if changes := tuple(_changes(before, after, old.summary(judged), new.summary(judged))):
            yield Affected(ledger.student, changes)


def decided(
    course: Course, given: Sequence[Action], ledgers: Iterable[Ledger], for_all: Sequence[Action], now: datetime
) -> Iterator[Affected]:
    """Yield who is affected by decisions of TAs that are not stored yet."""
    everybody = tuple(action for action in given if action.student is None)
    old, new = Summariser(course, now, for_all), Summariser(course, now, (*for_all, *everybody))
    for ledger in ledgers:
        own = tuple(action for action in given if action.student == ledger.student.id)
        if not ledger.student.active or not (own or everybody):
            continue
        was, will = old.summary(ledger), new.summary(replace(ledger, actions=(*ledger.actions, *own)))
        if changes := tuple(_changes(course, course, was, will)):
            fewer = will.progress.completion < was.progress.completion - 1e-9
            yield Affected(ledger.student, changes, fewer or will.course_points < was.course_points - 1e-9)


def _changes(before: Course, after: Course, old: Summary, new: Summary) -> Iterator[Text]:
    was, will = ({one.week: one.status for one in summary.weeks} for summary in (old, new))
    for week in sorted(was.keys() | will.keys()):
        if was.get(week) != will.get(week):
            words = [STATUS_WORDS[status[week]] if week in status else NO_WEEK for status in (was, will)]
            yield WEEK.format(week=week, before=words[0], after=words[1])
    shares = 100.0 * old.progress.completion, 100.0 * new.progress.completion
    if abs(shares[0] - shares[1]) > 1e-9:
        yield COMPLETION.format(before=shares[0], after=shares[1])
    if old.progress.current != new.progress.current:
        yield STREAK.format(before=old.progress.current, after=new.progress.current)
    yield from _chapter_changes(old, new)
    if abs(old.course_points - new.course_points) > 1e-9:
        yield POINTS.format(before=old.course_points, after=new.course_points)
    had, has = not missing(before, old), not missing(after, new)
    if had != has:
        yield GETS if has else LOSES


def _chapter_changes(old: Summary, new: Summary) -> Iterator[Text]:
    before = {one.chapter: one for one in old.chapters}
    for one in new.chapters:
        was = before.get(one.chapter)
        if was is None:
            continue
        shown = [f"{round(each.points, 2):g}" if each.points is not None else "–" for each in (was, one)]
        if shown[0] != shown[1]:
            yield CHAPTER.format(chapter=one.chapter, before=shown[0], after=shown[1])
        if was.left_out != one.left_out:
            yield (LEFT_OUT if one.left_out else COUNTED).format(chapter=one.chapter)
