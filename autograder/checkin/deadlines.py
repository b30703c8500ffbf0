"""Deadlines for people's calendars (RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar, Component, Event

from autograder.checkin.status import DONE, Status, WeekStatus
from autograder.checkin.summary import Summary
from autograder.checkin.weeks import is_after
from autograder.checkin.wording import STATUS_WORDS, shown_moment
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.text import Language, Text

WEEK_DUE = Text(zh="第 {week} 周打卡截止", en="Check-in of week {week} is due")
WEEK_LATE = Text(zh="第 {week} 周打卡, 此前仍算迟到", en="Check-in of week {week}: late until now")
CHAPTER_DUE = Text(zh="{chapter} 交作业截止", en="{chapter} is due")
ABOUT = Text(zh="截止时间: {due}。这一秒还算按时。", en="Deadline: {due}. That second itself is still on time.")
ABOUT_LATE = Text(zh="截止时间已过; {due} 前打卡仍算迟到。", en="The deadline is over; it counts as late until {due}.")
STATUS = Text(zh="状态: {status}", en="Status: {status}")
NO_CALENDAR = Text(zh="{path} 不是日历文件; 请换一个文件名", en="{path} is no calendar file; choose another name")
OTHERS = Text(
    zh="{path} 里有别的日程 ({title}); 请换一个文件名, 免得丢失",
    en="{path} holds other entries ({title}), which would be lost; choose another name",
)
REMINDERS = (timedelta(days=-1), timedelta(hours=-2))
# An entry ends at its deadline: calendars want an end after the start, and one past midnight would stand on two days.
LENGTH = timedelta(minutes=30)
DOMAIN = "@palm-autograder"


class CalendarError(AutograderError):
    """A calendar file that cannot be written."""


@dataclass(frozen=True)
class Deadline:
    """One deadline. uid: stays the same when the moment changes, so that calendars move the entry; alarm: still to do."""

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
        to_do = not is_after(now, due) and (known is None or known.counting is None)
        about = ABOUT.format(due=shown_moment(due, course.zone))
        found.append(Deadline(f"chapter-{dates.id}", CHAPTER_DUE.format(chapter=dates.id), due, about, to_do))
    return tuple(sorted(found, key=lambda one: (one.due, one.uid)))


def calendar_file(
    course: Course, found: tuple[Deadline, ...], now: datetime, language: Language, before: tuple[Component, ...] = ()
) -> bytes:
    """Return the deadlines as an iCalendar file; those to do with two reminders each; moments are in UTC.

    before: entries of the file that this one replaces; those of deadlines that are gone are cancelled.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//palm-autograder//{course.id}//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", course.title.to(language))
    calendar.add("x-wr-timezone", course.timezone)
    uids = set()
    for one in found:
        event = _entry(_uid(course, one.uid), one.due - LENGTH, one.due, now)
        uids.add(str(event["uid"]))
        event.add("summary", f"{one.title.to(language)} · {course.title.to(language)}")
        event.add("description", one.about.to(language))
        event.add("status", "CONFIRMED")
        for ahead in REMINDERS if one.alarm else ():
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", ahead + LENGTH)
            alarm.add("description", one.title.to(language))
            event.add_component(alarm)
        calendar.add_component(event)
    for old in before:
        if str(old["uid"]) not in uids:
            end = old.decoded("dtend")
            event = _entry(str(old["uid"]), min(old.decoded("dtstart"), end - LENGTH), end, now)
            event.add("summary", str(old.get("summary", "")))
            event.add("status", "CANCELLED")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def entries_before(course: Course, path: Path) -> tuple[Component, ...]:
    """Return the entries of this course in a calendar file that was written before; empty where there is none.

    Raises `CalendarError` where the file is no calendar, or holds entries that are not of this course.
    """
    if not path.is_file():
        return ()
    try:
        events = tuple(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
    except (ValueError, KeyError, IndexError) as error:
        raise CalendarError(NO_CALENDAR.format(path=path)) from error
    for event in events:
        uid = str(event.get("uid", ""))
        if not (uid.startswith(f"{course.id}-") and uid.endswith(DOMAIN) and "dtstart" in event and "dtend" in event):
            raise CalendarError(OTHERS.format(path=path, title=str(event.get("summary", uid))[:80]))
    return events


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


def _uid(course: Course, name: str) -> str:
    return f"{course.id}-{name}{DOMAIN}"


def _entry(uid: str, start: datetime, end: datetime, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("transp", "TRANSPARENT")
    return event
