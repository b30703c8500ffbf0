"""What a student can type for a week, as their rule and the moment allow."""

from __future__ import annotations

from datetime import datetime

from autograder.checkin.rules import makeups_left
from autograder.checkin.status import Status, WeekStatus
from autograder.checkin.summary import Summary
from autograder.checkin.weeks import is_after, last_makeup_moment, month_of, proof_of
from autograder.course import Course
from autograder.text import Text

NOTE = Text(
    zh='autograder checkin --week {week} -m "这一周做了什么"',
    en='autograder checkin --week {week} -m "what you did in it"',
)
MAKE_UP = Text(
    zh='autograder checkin --week {week} --reason "为什么晚了" -m "这一周做了什么"',
    en='autograder checkin --week {week} --reason "why it is late" -m "what you did in it"',
)
HAND_IN = Text(zh="autograder submit {chapter} 文件", en="autograder submit {chapter} FILE")
ASK = Text(
    zh='autograder ask makeup --week {week} --reason "为什么"', en='autograder ask makeup --week {week} --reason "why"'
)
CHAPTER = Text(zh="章节", en="CHAPTER")
BOTH = Text(zh="{first} 和 {second}", en="{first} and {second}")


def command(course: Course, number: int) -> Text:
    """Return what checks in for a week that is open or in its late window: a note, a submission, or both."""
    week = course.week(number)
    proof = proof_of(course, week).proof if week else "either"
    note = NOTE.format(week=number)
    hand_in = HAND_IN.format(chapter=(week and week.chapter) or CHAPTER)
    if proof == "both":
        return BOTH.format(first=hand_in, second=note)
    return hand_in if proof == "submission" else note


def makeup_until(course: Course, summary: Summary, one: WeekStatus, now: datetime) -> datetime | None:
    """Return until when a student can make a missed week up without a TA; None where that is not possible (any more)."""
    week = course.week(one.week)
    if one.status is not Status.MISSED or week is None or proof_of(course, week).proof in ("submission", "both"):
        return None
    until = last_makeup_moment(course, one.due)
    ledger = summary.ledger
    left = makeups_left(course, month_of(now, course.zone), ledger.checkins, ledger.actions)
    return until if left and not is_after(now, until) else None
