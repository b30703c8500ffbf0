"""Moments, statuses and spans of time as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from autograder.text import Text

STATUS_WORDS = {
    "upcoming": Text(zh="未开始", en="upcoming"),
    "open": Text(zh="进行中", en="open"),
    "on_time": Text(zh="按时", en="on time"),
    "late": Text(zh="迟到", en="late"),
    "made_up": Text(zh="补卡", en="made up"),
    "on_leave": Text(zh="请假", en="on leave"),
    "missed": Text(zh="缺卡", en="missed"),
}
# One character for each status, told apart without colour.
MARKS = {"upcoming": "·", "open": "○", "on_time": "●", "late": "◐", "made_up": "△", "on_leave": "–", "missed": "×"}
COLOURS = {
    "upcoming": "dim",
    "open": "bold cyan",
    "on_time": "green",
    "late": "yellow",
    "made_up": "blue",
    "on_leave": "dim",
    "missed": "bold red",
}
DAYS = Text(zh="{days} 天 {hours} 小时", en="{days} d {hours} h")
HOURS = Text(zh="{hours} 小时 {minutes} 分", en="{hours} h {minutes} min")


def shown_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment in a zone with the zone's name: `2026-10-11 23:59:59 Asia/Shanghai (+08:00)`."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} {zone.key} ({offset[:3]}:{offset[3:5]})"


def shown_span(span: timedelta) -> Text:
    """Return a span of time as days and hours, or hours and minutes below one day; nothing below zero."""
    minutes = max(0, int(span.total_seconds()) // 60)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return HOURS.format(hours=hours, minutes=minutes)
    return DAYS.format(days=hours // 24, hours=hours % 24)
