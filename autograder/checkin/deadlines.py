"""The deadlines of a course, or of one student."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from autograder.checkin.status import DONE, Status, WeekStatus
from autograder.checkin.summary import Summary
from autograder.checkin.weeks import is_after
from autograder.checkin.wording import STATUS_WORDS, shown_moment
from autograder.course import Course
from autograder.text import Text

WEEK_DUE = Text(zh="第 {week} 周打卡截止", en="Check-in of week {week} is due")
WEEK_LATE = Text(zh="第 {week} 周打卡，此前仍算迟到", en="Check-in of week {week}: late until now")
CHAPTER_DUE = Text(zh="{chapter} 交作业截止", en="{chapter} is due")
ABOUT = Text(zh="截止时间：{due}。这一秒还算按时。", en="Deadline: {due}. That second itself is still on time.")
ABOUT_LATE = Text(zh="截止时间已过；{due} 前打卡仍算迟到。", en="The deadline is over; it counts as late until {due}.")
STATUS = Text(zh="状态：{status}", en="Status: {status}")


@dataclass(frozen=True)
class Deadline:
    """One deadline.

    Attributes:
        uid: Stays the same when the moment changes, so that calendars move the entry.
        alarm: Still to do.
    """

    uid: str
    title: Text
    due: datetime
    about: Text
    alarm: bool = True


def deadlines(course: Course, now: datetime, summary: Summary | None = None) -> tuple[Deadline, ...]:
    """Return all deadlines in the order of time; those of a student where a summary is given."""
    weeks = {one.week: one for one in summary.weeks} if summary else {}
    chapters = {one.chapter: one for one in summary.chapters} if summary else {}
    found = [_of_week(course, now, week.week, week.due, weeks.get(week.week)) for week in course.checkins]
    for dates in course.chapters:
        known = chapters.get(dates.id)
        due = known.due if known else dates.due
        to_do = not is_after(now, due) and (known is None or (known.choice is None and not known.left_out))
        about = ABOUT.format(due=shown_moment(due, course.zone))
        found.append(Deadline(f"chapter-{dates.id}", CHAPTER_DUE.format(chapter=dates.id), due, about, to_do))
    return tuple(sorted(found, key=lambda one: (one.due, one.uid)))


def _of_week(course: Course, now: datetime, number: int, due: datetime, known: WeekStatus | None) -> Deadline:
    if known is None:
        about = ABOUT.format(due=shown_moment(due, course.zone))
        return Deadline(f"week-{number}", WEEK_DUE.format(week=number), due, about, not is_after(now, due))
    status = STATUS.format(status=STATUS_WORDS[known.status])
    end = known.late_until or known.due
    title, about = (WEEK_LATE, ABOUT_LATE) if known.late_until else (WEEK_DUE, ABOUT)
    said = Text.joined((about.format(due=shown_moment(end, course.zone)), status), "\n")
    over = (Status.ON_LEAVE, Status.MISSED, Status.NOT_IN_CLASS)
    to_do = known.status not in DONE and known.status not in over
    return Deadline(f"week-{number}", title.format(week=number), end, said, to_do)
