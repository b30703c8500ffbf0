"""Checked scalars: ids, Python names, moments, time zones."""

from __future__ import annotations

import keyword
import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from autograder.course.record import problem
from autograder.course.wording import DID_YOU_MEAN, NO_ADVICE, NOT_BUT, meant, quoted
from autograder.portable.older import UTC
from autograder.portable.validated import AfterValidator, BeforeValidator, PydanticCustomError
from autograder.text import Text

# The IANA zone of a place is not always its best known city.
COMMON_CITIES = {"beijing": "Asia/Shanghai", "peking": "Asia/Shanghai"}
ZULU = re.compile(r"[Zz]$")  # which Python reads from 3.11 on
SPACE_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d|[Zz]$)")

IDENTIFIER = Text(
    zh="必须由小写字母、数字和 _ 组成，以字母开头", en="must be small letters, digits and _, beginning with a letter"
)
SLUG = Text(
    zh="必须由小写字母和数字组成，中间可以用 - 或 _ 连接", en="must be small letters and digits joined by - or _"
)
SALT = Text(
    zh="必须是 16 到 64 个数字和 a 到 f 的字母，写在引号里",
    en="must be 16 to 64 digits and letters from a to f, in quotation marks",
)
LANGUAGE = Text(zh="必须是语言代码，例如 zh、en、fr", en="must be the code of a language, such as zh, en or fr")
SET_PLACE = Text(
    zh="必须写成 FILE:CLASS，即 source/datasets/FILE.py 里的一个类",
    en="must be FILE:CLASS, a class in source/datasets/FILE.py",
)
PYTHON_NAME = Text(zh="必须是 Python 的类名或函数名", en="must be the name of a Python class or function")
NO_MOMENT = Text(zh="{value} 不是日期和时间；{advice}", en="{value} is not a date and time; {advice}")
MOMENT = Text(zh="必须是日期和时间，不能是 {value}；{advice}", en="must be a date and time, not {value}; {advice}")
NO_OFFSET = Text(zh="{value} 没有写时区偏移；{advice}", en="{value} has no zone offset; {advice}")
LIKE = Text(zh="请写成 2026-09-21T00:00:00+08:00 这样", en="write it like 2026-09-21T00:00:00+08:00")
OUTSIDE = Text(zh="{value} 超出了日历的范围", en="{value} lies outside the calendar")
NO_ZONE = Text(zh="{value} 不是 IANA 时区{advice}", en="{value} is no IANA time zone{advice}")


def _must(expected: Text, value: object) -> PydanticCustomError:
    return problem(NOT_BUT.format(expected=expected, value=quoted(value)))


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise _must(IDENTIFIER, text)
    return text


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", text):
        raise _must(SLUG, text)
    return text


def _salt(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{16,64}", text):
        raise _must(SALT, text)
    return text


def is_language(text: str) -> bool:
    """Tell whether a text has the form of a language's code."""
    return bool(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text))


def _language_code(text: str) -> str:
    if not is_language(text):
        raise _must(LANGUAGE, text)
    return text


def _set_place(text: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*", text):
        raise _must(SET_PLACE, text)
    return text


def _python_name(text: str) -> str:
    if not text.isidentifier() or keyword.iskeyword(text):
        raise _must(PYTHON_NAME, text)
    return text


def _moment(value: object) -> datetime:
    """Return an ISO 8601 text or a datetime in UTC; without a zone offset it is refused, never guessed."""
    about = {"value": quoted(value), "advice": LIKE}
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(ZULU.sub("+00:00", SPACE_BEFORE_OFFSET.sub("", value.strip())))
        except ValueError:
            raise problem(NO_MOMENT.format(**about)) from None
    if not isinstance(moment, datetime):
        raise problem(MOMENT.format(**about))
    if moment.utcoffset() is None:
        raise problem(NO_OFFSET.format(**about))
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise problem(OUTSIDE.format(**about)) from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        city = name.rpartition("/")[2].lower()
        known = COMMON_CITIES.get(city)
        likely = DID_YOU_MEAN.format(likely=quoted(known)) if known else None
        advice = likely or meant(name, available_timezones(), NO_ADVICE)
        raise problem(NO_ZONE.format(value=quoted(name), advice=advice)) from None
    return name


Identifier = Annotated[str, AfterValidator(_identifier)]
Slug = Annotated[str, AfterValidator(_slug)]
Salt = Annotated[str, AfterValidator(_salt)]
LanguageCode = Annotated[str, AfterValidator(_language_code)]
SetPlace = Annotated[str, AfterValidator(_set_place)]
PythonName = Annotated[str, AfterValidator(_python_name)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
ZoneName = Annotated[str, AfterValidator(_zone)]
