"""What the names that a learning platform gives say: whose a file is, when it came, and what the student called it.

The layouts were read in the platforms' sources (Moodle, Canvas, nbgrader) and manuals (Blackboard).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

Layout = Literal["moodle", "canvas", "blackboard", "exchange", "pattern", "loose"]
Said = Literal["", "text", "link", "details"]
_MOODLE = re.compile(
    r"(?P<who>.*?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL
)
_BLACKBOARD = re.compile(
    r"(?P<assignment>.+)_(?P<user>[^_]+)_attempt_(?P<date>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<rest>.+)|\.txt)",
    re.DOTALL,
)
_EXCHANGE = re.compile(
    r"(?P<user>[^+]+)\+(?P<assignment>[^+]+)\+(?P<stamp>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) UTC(?:\+.*)?",
    re.DOTALL,
)
_CANVAS_OWN = re.compile(r"(?P<who>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<kind>text|link)\.html")
_ANONYMOUS = re.compile(r"anon(?P<late>_LATE)?_(?P<user>[0-9A-Za-z]+)_(?P<attachment>\d+)_(?P<rest>.+)", re.DOTALL)
_MADE_UNIQUE = re.compile(r"-(?:[1-9]|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\.\w+$)")


@dataclass(frozen=True)
class Claim:
    """What names say about one file.

    Attributes:
        layout: whose way of naming it is.
        key: files with the same key came together.
        texts: where a student's id or name is looked for, the most telling first.
        lms_id: the platform's own number, which only its worksheet or gradebook joins to a student.
        moment: by the name, in UTC.
        late: the platform says so, without a moment; None where it says nothing about it.
        rest: what the student called the file, with folders of their own.
        said: what the platform itself wrote in place of a file.
        exact: texts[0] is an account's name, not a text that holds one.
        stem: what stands in front of the student's own name of the file, where the platform looks for it when it takes
            files back (Canvas).
    """

    layout: Layout
    key: tuple[str, ...]
    texts: tuple[str, ...]
    rest: tuple[str, ...]
    lms_id: str = ""
    moment: datetime | None = None
    late: bool | None = None
    said: Said = ""
    exact: bool = False
    stem: str = ""


def claim_of(parts: Sequence[str], zone: ZoneInfo, pattern: re.Pattern[str] | None = None) -> Claim:
    """Return what the names of a file say.

    Args:
        parts: Folders and the file's name.
        zone: Of times without one.
    """
    for depth, part in enumerate(parts):
        above, below = tuple(parts[:depth]), tuple(parts[depth + 1 :])
        is_file = not below
        found = _moodle(part, below) or _exchange(part, below)
        if found is None and is_file:
            found = _blackboard(part, zone) or _canvas(part)
        if found is not None:
            return replace(found, key=(*above, *found.key))
    if pattern is not None and (matched := pattern.search(parts[-1]) or pattern.search("/".join(parts))):
        return _by_pattern(parts, matched, zone)
    return Claim("loose", tuple(parts[:-1]), tuple(parts), tuple(parts))


def compiled_pattern(text: str) -> re.Pattern[str]:
    """Return what `--pattern` means: `{id}-{name}*`, or a regular expression with nbgrader's group names.

    Raises:
        ValueError: For neither.
    """
    if "(?P<" in text:
        try:
            return re.compile(text)
        except re.error as error:
            raise ValueError(str(error)) from error
    if "{id}" not in text and "{name}" not in text:
        raise ValueError("neither {id} nor {name}")
    made = ""
    for piece in re.split(r"(\{\w+\}|\*|\?)", text):
        if piece in ("*", "?"):
            made += "." + piece.replace("?", "")
        elif piece in ("{id}", "{name}"):
            made += "(?P<student_id>[^/]+?)" if piece == "{id}" else "(?P<name>[^/]+?)"
        elif re.fullmatch(r"\{\w+\}", piece):
            made += "[^/]*?"
        else:
            made += re.escape(piece)
    try:
        return re.compile(f"^{made}$")
    except re.error as error:
        raise ValueError(str(error)) from error


def _moodle(part: str, below: tuple[str, ...]) -> Claim | None:
    """`FULLNAME_ID_assignsubmission_file/…` or `…_file_original`; sites put more in front, teams may lack the id."""
    found = _MOODLE.fullmatch(part)
    if found is None:
        return None
    number = found["id"] or ""
    rest = tuple(filter(None, (found["rest"] or "", *below)))
    said: Said = "text" if found["kind"] == "onlinetext" else ""
    return Claim("moodle", (found["who"], number), (found["who"],), rest or (part,), number, said=said)


def _exchange(part: str, below: tuple[str, ...]) -> Claim | None:
    found = _EXCHANGE.fullmatch(part)
    if found is None:
        return None
    moment = _time(found["stamp"], "%Y-%m-%d %H:%M:%S.%f", UTC) or _time(found["stamp"], "%Y-%m-%d %H:%M:%S", UTC)
    return Claim("exchange", (part,), (found["user"],), below or (part,), moment=moment, exact=True)


def _blackboard(part: str, zone: ZoneInfo) -> Claim | None:
    found = _BLACKBOARD.fullmatch(part)
    if found is None:
        return None
    said: Said = "" if found["rest"] else "details"
    texts = (found["user"], f"{found['assignment']}_{found['user']}")
    moment = _time(found["date"], "%Y-%m-%d-%H-%M-%S", zone)
    key = (found["assignment"], found["user"], found["date"])
    return Claim("blackboard", key, texts, (found["rest"] or part,), moment=moment, said=said)


def _canvas(part: str) -> Claim | None:
    """`name[_LATE]_USERID_ATTACHMENTID_display`: the ids are the first two parts that are all digits."""
    if own := _CANVAS_OWN.fullmatch(part):
        said: Said = "text" if own["kind"] == "text" else "link"
        return Claim(
            "canvas", (own["who"], own["user"]), (own["who"],), (part,), own["user"], None, bool(own["late"]), said
        )
    if anonymous := _ANONYMOUS.fullmatch(part):
        number, rest = anonymous["user"], _MADE_UNIQUE.sub("", anonymous["rest"])
        stem = part.removesuffix(anonymous["rest"])
        return Claim("canvas", ("anon", number), (), (rest,), number, None, bool(anonymous["late"]), stem=stem)
    pieces = part.split("_")
    digits = [place for place, piece in enumerate(pieces) if piece.isdecimal() and piece.isascii()]
    if len(digits) < 2 or digits[1] != digits[0] + 1 or digits[0] == 0 or digits[1] + 1 >= len(pieces):
        return None
    late = pieces[digits[0] - 1] == "LATE"
    who = "_".join(pieces[: digits[0] - late])
    rest = _MADE_UNIQUE.sub("", "_".join(pieces[digits[1] + 1 :]))
    number, stem = pieces[digits[0]], "_".join([*pieces[: digits[1] + 1], ""])
    return Claim("canvas", (who, number), (who,), (rest,), number, None, late, stem=stem) if who else None


def _by_pattern(parts: Sequence[str], found: re.Match[str], zone: ZoneInfo) -> Claim:
    groups = {name: value for name, value in found.groupdict().items() if value}
    name = groups.get("name") or " ".join(filter(None, (groups.get("last_name"), groups.get("first_name"))))
    texts = tuple(filter(None, (groups.get("student_id", ""), name)))
    moment = None
    if stamp := groups.get("timestamp"):
        for form in ("%Y-%m-%d-%H-%M-%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%d"):
            moment = moment or _time(stamp, form, zone)
    return Claim("pattern", (*parts[:-1], *texts), texts, (parts[-1],), moment=moment)


def _time(text: str, form: str, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.strptime(text, form)
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
