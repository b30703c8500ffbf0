"""Who needs help, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from autograder.checkin.summary import Summary
from autograder.checkin.weeks import is_after
from autograder.course import Course
from autograder.portable.older import paired
from autograder.text import Text

MISSED = Text(zh="连续缺卡 {weeks} 周", en="missed {weeks} weeks in a row")
COMPLETION = Text(zh="完成率 {percent:.0f}%，低于 {least:g}%", en="completion is {percent:.0f} %, below {least:g} %")
FALLING = Text(
    zh="最近 {tasks} 章的得分率从 {first:.0f}% 降到 {last:.0f}%",
    en="points fell from {first:.0f} % to {last:.0f} % over the last {tasks} chapters",
)
NOTHING = Text(
    zh="{chapter} 还没有提交，距截止不到 {days} 天",
    en="nothing handed in for {chapter}, less than {days} days before the deadline",
)


def reasons(course: Course, summary: Summary, now: datetime) -> tuple[Text, ...]:
    """Return why a student is at risk at `now`, the moment of the summary; empty when no rule holds."""
    return tuple(_reasons(course, summary, now))


def _reasons(course: Course, summary: Summary, now: datetime) -> Iterator[Text]:
    rule, done = course.at_risk, summary.progress
    if rule.missed_in_a_row and done.missed_in_a_row >= rule.missed_in_a_row:
        yield MISSED.format(weeks=done.missed_in_a_row)
    if done.of and 100.0 * done.completion < rule.completion_below_percent:
        yield COMPLETION.format(percent=100.0 * done.completion, least=rule.completion_below_percent)
    yield from _falling(course, summary)
    yield from _nothing_handed_in(course, summary, now)


def _falling(course: Course, summary: Summary) -> Iterator[Text]:
    rule = course.at_risk
    graded = [one for one in summary.chapters if one.points is not None and one.max_points > 0 and not one.left_out]
    newest = [100.0 * (one.points or 0.0) / one.max_points for one in graded[-rule.points_fall_tasks :]]
    if not rule.points_fall_percent or len(newest) < rule.points_fall_tasks or newest[0] <= 0:
        return
    if 100.0 * (newest[0] - newest[-1]) / newest[0] >= rule.points_fall_percent:
        yield FALLING.format(tasks=len(newest), first=newest[0], last=newest[-1])


def _nothing_handed_in(course: Course, summary: Summary, now: datetime) -> Iterator[Text]:
    days = course.at_risk.nothing_days_before_due
    if not days:
        return
    for dates, one in paired(course.chapters, summary.chapters):
        if one.left_out or one.choice is not None or dates.opens > now or is_after(now, one.due):
            continue
        if now >= one.due - timedelta(days=days):
            yield NOTHING.format(chapter=dates.id, days=days)
