"""Checked scalars: ids, Python names, moments, time zones."""

from __future__ import annotations

import keyword
import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from autograder.course.record import problem
from autograder.course.wording import closest, quoted
from autograder.portable.older import UTC
from autograder.portable.validated import AfterValidator, BeforeValidator

# The IANA zone of a place is not always its best known city.
COMMON_CITIES = {"beijing": "Asia/Shanghai", "peking": "Asia/Shanghai"}
ZULU = re.compile(r"[Zz]$")  # which Python reads from 3.11 on
SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d|[Zz]$)")


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise problem(f"must be small letters, digits and _, beginning with a letter, not {quoted(text)}")
    return text


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", text):
        raise problem(f"must be small letters and digits joined by - or _, not {quoted(text)}")
    return text


def _salt(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{16,64}", text):
        raise problem(f"must be 16 to 64 digits and letters from a to f, in quotation marks, not {quoted(text)}")
    return text


def is_language(text: str) -> bool:
    """Tell whether a text has the form of a language's code."""
    return bool(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text))


def _language_code(text: str) -> str:
    if not is_language(text):
        raise problem(f"must be the code of a language, such as zh, en or fr, not {quoted(text)}")
    return text


def _set_place(text: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*", text):
        raise problem(f"must be FILE:CLASS, a class in source/datasets/FILE.py, not {quoted(text)}")
    return text


def _python_name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise problem(f"must be the name of a Python class or function, not {quoted(text)}")
    return text


def _moment(value: object) -> datetime:
    """Return an ISO 8601 text or a datetime in UTC; without a zone offset it is refused, never guessed."""
    advice = "write it like 2026-09-21T00:00:00+08:00"
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(ZULU.sub("+00:00", SPACE_BEFORE_OFFSET.sub("", value.strip())))
        except ValueError:
            raise problem(f"{quoted(value)} is not a date and time; {advice}") from None
    if not isinstance(moment, datetime):
        raise problem(f"must be a date and time, not {quoted(value)}; {advice}")
    if moment.utcoffset() is None:
        raise problem(f"{quoted(value)} has no zone offset; {advice}")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise problem(f"{quoted(value)} lies outside the calendar") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        city = name.rpartition("/")[2].lower()
        known = COMMON_CITIES.get(city)
        advice = f"; did you mean {quoted(known)}?" if known else closest(name, available_timezones())
        raise problem(f"{quoted(name)} is no IANA time zone{advice}") from None
    return name


Identifier = Annotated[str, AfterValidator(_identifier)]
Slug = Annotated[str, AfterValidator(_slug)]
Salt = Annotated[str, AfterValidator(_salt)]
LanguageCode = Annotated[str, AfterValidator(_language_code)]
SetPlace = Annotated[str, AfterValidator(_set_place)]
PythonName = Annotated[str, AfterValidator(_python_name)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
ZoneName = Annotated[str, AfterValidator(_zone)]
