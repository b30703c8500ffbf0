"""Deadlines for people's calendars (RFC 5545)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar, Component, Event

from autograder.checkin.deadlines import Deadline
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.text import Language, Text

NO_CALENDAR = Text(zh="{path} 不是日历文件；请换一个文件名", en="{path} is not a calendar file; choose another name")
OTHERS = Text(
    zh="{path} 里有别的日程 ({title})；请换一个文件名，免得丢失",
    en="{path} holds other entries ({title}), which would be lost; choose another name",
)
REMINDERS = (timedelta(days=-1), timedelta(hours=-2))
# An entry ends at its deadline: calendars want an end after the start, and one past midnight would stand on two days.
LENGTH = timedelta(minutes=30)
DOMAIN = "@palm-autograder"


class CalendarError(AutograderError):
    """A calendar file that cannot be written."""


def calendar_file(
    course: Course, found: tuple[Deadline, ...], now: datetime, language: Language, before: tuple[Component, ...] = ()
) -> bytes:
    """Return the deadlines as an iCalendar file; those to do with two reminders each; moments are in UTC.

    Args:
        before: Entries of the file that this one replaces; those of deadlines that are gone are cancelled.
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

    Raises:
        CalendarError: Where the file is no calendar, or holds entries that are not of this course.
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
