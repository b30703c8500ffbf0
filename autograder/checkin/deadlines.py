"""Deadlines for people's calendars (RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from autograder.checkin.summary import Summary
from autograder.checkin.wording import shown_moment
from autograder.course import Course
from autograder.text import Language, Text

WEEK_DUE = Text(zh="第 {week} 周打卡截止", en="Check-in of week {week} is due")
CHAPTER_DUE = Text(zh="{chapter} 交作业截止", en="{chapter} is due")
ABOUT = Text(zh="截止时间: {due}。这一秒还算按时。", en="Deadline: {due}. That second itself is still on time.")
REMINDERS = (timedelta(days=-1), timedelta(hours=-2))


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline. uid: stays the same when the moment changes, so that calendars move the entry."""

    uid: str
    title: Text
    due: datetime


def deadlines(course: Course, summary: Summary | None = None) -> tuple[Deadline, ...]:
    """Return all deadlines in the order of time; those of a student where a summary is given."""
    weeks = {one.week: one.due for one in summary.weeks} if summary else {}
    chapters = {one.chapter: one.due for one in summary.chapters} if summary else {}
    found = [
        Deadline(f"week-{week.week}", WEEK_DUE.format(week=week.week), weeks.get(week.week, week.due))
        for week in course.checkins
    ]
    found += [
        Deadline(f"chapter-{dates.id}", CHAPTER_DUE.format(chapter=dates.id), chapters.get(dates.id, dates.due))
        for dates in course.chapters
    ]
    return tuple(sorted(found, key=lambda one: (one.due, one.uid)))


def calendar_file(course: Course, found: tuple[Deadline, ...], now: datetime, language: Language) -> bytes:
    """Return the deadlines as an iCalendar file with two reminders each; moments are in UTC."""
    calendar = Calendar()
    calendar.add("prodid", f"-//palm-autograder//{course.id}//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", course.title.to(language))
    calendar.add("x-wr-timezone", course.timezone)
    for one in found:
        event = Event()
        event.add("uid", f"{course.id}-{one.uid}@palm-autograder")
        event.add("dtstamp", now)
        event.add("sequence", int(now.timestamp()) // 60)
        event.add("dtstart", one.due)
        event.add("dtend", one.due)
        event.add("summary", f"{one.title.to(language)} · {course.title.to(language)}")
        event.add("description", ABOUT.format(due=shown_moment(one.due, course.zone)).to(language))
        event.add("transp", "TRANSPARENT")
        for before in REMINDERS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", before)
            alarm.add("description", one.title.to(language))
            event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
