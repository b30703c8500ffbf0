"""Archives that a platform or a student made: listed and read in processes with limits, one within the other two deep."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from autograder.checkin.travelling import RECORD_NAME
from autograder.submission import Rejected, rejection
from autograder.submission.archives import Archive, open_archive, open_platform_archive
from autograder.submission.files import ARCHIVE_SUFFIXES, MIB, WEIGHTS_SUFFIXES
from autograder.submission.intake import refusing, within
from autograder.submission.receipts import NAME as RECEIPT_NAME
from autograder.submission.rejection import shown
from autograder.text import Text
from autograder.untrusted.limited import Limits, Plain, WorkDied, WorkFailed

DEEPEST = 2  # archives inside an archive
MAX_MEMBERS = 50_000  # of a platform's zip
SEVEN_ZIP, RAR = ".7z", ".rar"
CLUTTER = frozenset(("__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git", ".idea", ".vscode"))
CLUTTER_FILES = frozenset((".ds_store", "desktop.ini", "thumbs.db", "ehthumbs.db"))
AT_ONCE = 48 * MIB  # read by one process
TOO_DEEP = Text(zh="压缩包套得太深，只看 {deepest} 层", en="archives within archives, more than {deepest} deep")


@dataclass(frozen=True)
class Listed:
    """One member of a platform's archive.

    Attributes:
        stamp: Its time, in UTC; None where it has none.
    """

    parts: tuple[str, ...]
    place: int
    size: int
    stamp: datetime | None


@dataclass(frozen=True)
class Unpacked:
    """One file out of a student's archive, or what could not be read of it.

    Attributes:
        parts: From the archive on.
    """

    parts: tuple[str, ...]
    content: bytes
    why: Text | None = None


def is_archive(name: str) -> bool:
    """Return True if a name is one of an archive, of a kind that can be read or not."""
    return name.lower().endswith((*ARCHIVE_SUFFIXES, SEVEN_ZIP, RAR))


def is_clutter(parts: Sequence[str]) -> bool:
    """Tell what systems and editors add."""
    name = parts[-1]
    hidden = name.startswith(("._", "~$")) or name.lower() in CLUTTER_FILES
    return hidden or any(part in CLUTTER for part in parts)


def members_of(path: Path, zone: ZoneInfo, limits: Limits) -> list[Listed]:
    """Return the members of an archive that staff gave; raises `Rejected`.

    Args:
        zone: Of the times in it.
    """
    value, _ = _asked(_list, {"path": str(path)}, path.name, limits)
    return [Listed(tuple(parts), place, size, _stamp(stamp, zone)) for parts, place, size, stamp in value["members"]]


def contents_of(path: Path, places: Sequence[int], limits: Limits, limit_mib: int) -> list[bytes | Text]:
    """Return what members of an archive hold, or why that cannot be told, in the order of `places`."""
    given = {"path": str(path), "places": list(places), "limit_mib": limit_mib}
    try:
        value, contents = _asked(_read, given, path.name, _room(limits, limit_mib))
    except Rejected as error:
        if len(places) == 1:
            return [error.reason]
        return [found for place in places for found in contents_of(path, [place], limits, limit_mib)]
    return [Text(why[0], why[1]) if why else content for why, content in zip(value["why"], contents, strict=True)]


def unpacked(content: bytes, name: str, limits: Limits, limit_mib: int) -> list[Unpacked]:
    """Return the files in a student's archive, with those of archives in it, that may belong to an answer.

    Args:
        limit_mib: Of all of it together.

    Raises:
        Rejected: Where the archive cannot be read at all.
    """
    value, contents = _asked(
        _unpack, {"content": content, "name": name, "limit_mib": limit_mib}, name, _room(limits, limit_mib)
    )
    files = zip(value["files"], contents, strict=True)
    return [Unpacked(tuple(parts), found, Text(why[0], why[1]) if why else None) for (parts, why), found in files]


def _asked(function: Any, given: Mapping[str, object], name: str, limits: Limits) -> Plain:
    try:
        return within(limits, function, given, name)
    except (WorkDied, WorkFailed) as error:
        raise Rejected(rejection.DAMAGED.format(name=shown(name), cause=shown(str(error)))) from error


def _room(limits: Limits, limit_mib: int) -> Limits:
    memory = None if limits.memory_mib is None else limits.memory_mib + 3 * limit_mib
    return replace(limits, memory_mib=memory, answer_mib=limit_mib + AT_ONCE // MIB + 1)


@refusing
def _list(given: Any) -> Plain:
    path = Path(given["path"])
    found = []
    with path.open("rb") as file, open_platform_archive(file, path.name, MAX_MEMBERS) as archive:
        for member in archive.members():
            parts = PurePosixPath(member.name).parts
            if parts and member.regular and not is_clutter(parts):
                found.append([parts, member.place, member.size, member.stamp])
    return {"members": found}, ()


@refusing
def _read(given: Any) -> Plain:
    path = Path(given["path"])
    why: list[list[str] | None] = []
    contents: list[bytes] = []
    with path.open("rb") as file, open_platform_archive(file, path.name, MAX_MEMBERS) as archive:
        members = {member.place: member for member in archive.members()}
        for place in given["places"]:
            content, said = _member(archive, members[place], given["limit_mib"])
            contents.append(content)
            why.append(said)
    return {"why": why}, contents


def _member(archive: Archive, member: Any, limit_mib: int) -> tuple[bytes, list[str] | None]:
    """Return a member's content, or what keeps it from being read: one broken member must not cost the others."""
    try:
        return archive.read(member, limit_mib), None
    except Rejected as error:
        return b"", [error.reason.zh, error.reason.en]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # zlib, zipfile and struct raise nearly anything
        reason = rejection.DAMAGED.format(name=shown(member.name), cause=shown(str(error) or type(error).__name__))
        return b"", [reason.zh, reason.en]


@refusing
def _unpack(given: Any) -> Plain:
    files: list[list[Any]] = []
    contents: list[bytes] = []
    for found in _inside(given["content"], given["name"], given["limit_mib"], 1):
        files.append([found.parts, [found.why.zh, found.why.en] if found.why else None])
        contents.append(found.content)
    return {"files": files}, contents


def _inside(content: bytes, name: str, limit_mib: int, depth: int) -> list[Unpacked]:
    """Return what an archive holds, and archives in it; what cannot be read of those is told in its place."""
    found: list[Unpacked] = []
    left = limit_mib * MIB
    with open_archive(content, name, limit_mib) as archive:
        for member in archive.members():
            parts = PurePosixPath(member.name).parts
            if not parts or not member.regular or is_clutter(parts) or not _of_interest(parts[-1]):
                continue
            inner, why = _member(archive, member, max(1, -(-left // MIB)))
            left -= len(inner)
            if left < 0:
                raise Rejected(rejection.BOMB.format(name=shown(name)))
            found += _with_nested(parts, inner, Text(why[0], why[1]) if why else None, limit_mib, depth)
    return found


def _with_nested(
    parts: tuple[str, ...], content: bytes, why: Text | None, limit_mib: int, depth: int
) -> list[Unpacked]:
    if why is not None or not is_archive(parts[-1]):
        return [Unpacked(parts, content, why)]
    if depth >= DEEPEST:
        return [Unpacked(parts, b"", TOO_DEEP.format(deepest=DEEPEST))]
    try:
        return [replace(one, parts=(*parts, *one.parts)) for one in _inside(content, parts[-1], limit_mib, depth + 1)]
    except Rejected as error:
        return [Unpacked(parts, b"", error.reason)]


def _of_interest(name: str) -> bool:
    low = name.lower()
    return (
        low.endswith((*WEIGHTS_SUFFIXES, ".html", ".htm", ".doc", ".docx", ".pdf", ".txt"))
        or is_archive(low)
        or (".ipynb" in low or ".py" in low)
        or low in (RECORD_NAME, RECEIPT_NAME)
    )


def _stamp(given: Sequence[int] | None, zone: ZoneInfo) -> datetime | None:
    """Return the moment of a member: in a zip a local time, and 1980 where nobody set it."""
    if given is None or given[0] <= 1980:
        return None
    try:
        return datetime(*given, tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError):
        return None


def as_zip_if_one(content: bytes) -> bool:
    """Return True if bytes are a zip, whatever their name says."""
    return content[:4] == b"PK\x03\x04" and zipfile.is_zipfile(io.BytesIO(content))
