"""How a moment is shown to people: in the course's zone, with its name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def shown_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment in a zone with the zone's name: `2026-10-11 23:59:59 Asia/Shanghai (+08:00)`."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} {zone.key} ({offset[:3]}:{offset[3:5]})"
