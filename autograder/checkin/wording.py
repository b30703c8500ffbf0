"""Moments, statuses and spans of time as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from autograder.course.moments import shown_moment as shown_moment
from autograder.text import Text

STATUS_WORDS = {
    "upcoming": Text(zh="未开始", en="upcoming"),
    "open": Text(zh="进行中", en="open"),
    "late_open": Text(zh="迟到期内", en="late window"),
    "on_time": Text(zh="按时", en="on time"),
    "late": Text(zh="迟到", en="late"),
    "made_up": Text(zh="补卡", en="made up"),
    "on_leave": Text(zh="请假", en="on leave"),
    "missed": Text(zh="缺卡", en="missed"),
    "waiting": Text(zh="等待评分", en="waiting for its points"),
    "not_in_class": Text(zh="不在班", en="not in the class"),
}
# One character for each status, told apart without colour.
MARKS = {
    "upcoming": "·",
    "open": "○",
    "late_open": "◔",
    "on_time": "●",
    "late": "◐",
    "made_up": "△",
    "on_leave": "–",
    "missed": "×",
    "waiting": "◌",
    "not_in_class": "/",
}
COLOURS = {
    "upcoming": "dim",
    "open": "bold cyan",
    "late_open": "bold yellow",
    "on_time": "green",
    "late": "yellow",
    "made_up": "blue",
    "on_leave": "dim",
    "missed": "bold red",
    "waiting": "cyan",
    "not_in_class": "dim",
}
DAYS = Text(zh="{days} 天 {hours} 小时", en="{days} d {hours} h")
HOURS = Text(zh="{hours} 小时 {minutes} 分", en="{hours} h {minutes} min")
LATE_UNTIL = Text(zh="{until} 前打卡仍算迟到", en="it counts as late until {until}")
STREAK_HOLDS = Text(zh="{said}，连续周数还没有断", en="{said} and the streak is not broken yet")
WEEKDAYS = (
    *(Text(zh="周一", en="Monday"), Text(zh="周二", en="Tuesday"), Text(zh="周三", en="Wednesday")),
    *(Text(zh="周四", en="Thursday"), Text(zh="周五", en="Friday"), Text(zh="周六", en="Saturday")),
    Text(zh="周日", en="Sunday"),
)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def weekday_moment(moment: datetime, zone: ZoneInfo, *, seconds: bool = False) -> Text:
    """Return a moment of a zone as people say it: `10 月 13 日周二 23:59`, `Tuesday 13 October 23:59`."""
    local = moment.astimezone(zone)
    clock, day = local.strftime("%H:%M:%S" if seconds else "%H:%M"), WEEKDAYS[local.weekday()]
    return Text(
        zh=f"{local.month} 月 {local.day} 日{day.zh} {clock}",
        en=f"{day.en} {local.day} {MONTHS[local.month - 1]} {clock}",
    )


def late_until(until: datetime, zone: ZoneInfo, streak: int) -> Text:
    """Return what a late window means, to its second.

    Args:
        streak: Of the student; one that is 0 is not spoken of.
    """
    said = LATE_UNTIL.format(until=weekday_moment(until, zone, seconds=True))
    return STREAK_HOLDS.format(said=said) if streak else said


def shown_span(span: timedelta) -> Text:
    """Return a span of time as days and hours, or hours and minutes below one day; nothing below zero."""
    minutes = max(0, int(span.total_seconds()) // 60)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return HOURS.format(hours=hours, minutes=minutes)
    return DAYS.format(days=hours // 24, hours=hours % 24)
