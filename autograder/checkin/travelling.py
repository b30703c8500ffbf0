"""The file of notes and requests that travels with a hand-in: `submitted/<student>/checkins.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from autograder.course.names import Moment
from autograder.errors import AutograderError
from autograder.portable.validated import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from autograder.store.records import CheckIn, RequestKind, Wish
from autograder.text import Text
from autograder.untrusted.folders import NotOpened, opened_file, opened_folder, status_of
from autograder.untrusted.outside import is_storable

RECORD_NAME = "checkins.json"
MAX_RECORD_SIZE = 1 << 20  # bytes
MAX_NOTE_LENGTH = 10_000  # characters
LAST_WEEK = 9999  # of any course: no database keeps every whole number
MORE = Text(zh="还有 {count} 条读不了", en="{count} more cannot be read")
MAX_NAMED = 5  # bad pieces of one record
NOT_REGULAR = Text(zh="{path}: 不是普通文件", en="{path}: not a regular file")
TOO_LARGE = Text(zh="{path}: 超过 {size} MiB", en="{path}: larger than {size} MiB")
NO_JSON = Text(zh="{path}: 不是 JSON", en="{path}: this is not JSON")
ABOUT = Text(zh="{path}: {said}", en="{path}: {said}")


class TravellingRecordError(AutograderError):
    """A check-in record that cannot be read."""


def _can_be_stored(text: str) -> str:
    if not is_storable(text):
        raise ValueError("it holds a NUL or half a character, which no database keeps")
    return text


class TravellingNote(BaseModel):
    """One note in the file that travels with a hand-in."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    week: Annotated[int, Field(strict=True, ge=1, le=LAST_WEEK)]
    note: Annotated[str, Field(strict=True, max_length=MAX_NOTE_LENGTH), AfterValidator(_can_be_stored)]
    at: Moment
    reason: Annotated[str, Field(strict=True, max_length=1000), AfterValidator(_can_be_stored)] = ""


class TravellingRequest(BaseModel):
    """One request in the file that travels with a hand-in: about a week, an appeal about a chapter."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    wish: RequestKind
    week: Annotated[int, Field(strict=True, ge=0, le=LAST_WEEK)] = 0
    reason: Annotated[str, Field(strict=True, max_length=1000), AfterValidator(_can_be_stored)]
    at: Moment
    chapter: Annotated[str, Field(strict=True, max_length=100), AfterValidator(_can_be_stored)] = ""
    digest: Annotated[str, Field(strict=True, max_length=80), AfterValidator(_can_be_stored)] = ""

    @model_validator(mode="after")
    def _is_about_something(self) -> TravellingRequest:
        if self.wish == "appeal" and not self.chapter:
            raise ValueError("an appeal names a chapter")
        if self.wish != "appeal" and not self.week:
            raise ValueError("it names a week, from 1 on")
        return self


class TravellingRecord(BaseModel):
    """The file that travels with a hand-in: `submitted/<student>/checkins.json`.

    Attributes:
        student: Whose it is, from version 2 on.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    version: int = 1
    student: Annotated[str, Field(strict=True, max_length=200), AfterValidator(_can_be_stored)] | None = None
    checkins: Annotated[tuple[TravellingNote, ...], Field(max_length=1000)] = ()
    requests: Annotated[tuple[TravellingRequest, ...], Field(max_length=100)] = ()
    board: Annotated[str, Field(strict=True, max_length=100), AfterValidator(_can_be_stored)] | None = None

    @property
    def wishes(self) -> list[Wish]:
        """What is asked for; of an appeal, the week says nothing."""
        return [
            Wish(one.wish, 0, one.reason, one.at, one.chapter, one.digest)
            if one.wish == "appeal"
            else Wish(one.wish, one.week, one.reason, one.at)
            for one in self.requests
        ]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write in a folder, where its disk can lock."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_record(path: Path) -> TravellingRecord:
    """Return what a travelling file says. It is written on a student's machine: its folder and itself must be no links, and
    pipes and large files are refused."""
    return _validated(path, _content(path))


def read_what_can_be_read(path: Path) -> tuple[TravellingRecord, list[Text]]:
    """Return what `read_record` does without the notes and requests that cannot be read, and what is wrong with those."""
    problems: list[Text] = []
    content = _content(path)
    if isinstance(content, dict):
        for name, kind in (("checkins", TravellingNote), ("requests", TravellingRequest)):
            if isinstance(content.get(name), list):
                content[name] = _readable(kind, name, content[name], problems)
    return _validated(path, content), problems


def _content(path: Path) -> Any:
    try:
        whose = [path.parent.name]
        with (
            opened_folder(path.parent.parent, whose, listed=False) as folder,
            opened_file(folder, path.name, whose) as descriptor,
            os.fdopen(os.dup(descriptor), "rb") as file,
        ):
            content = file.read(MAX_RECORD_SIZE + 1)
    except NotOpened as error:
        raise TravellingRecordError(error.said if error.why != "kind" else NOT_REGULAR.format(path=path)) from error
    except OSError as error:
        raise TravellingRecordError(f"{path}: {error.strerror}") from error
    return _parsed(path, content)


def parsed_record(path: Path, content: bytes) -> TravellingRecord:
    """Return what a record says that came in another file.

    Args:
        path: Where it is to lie, for what is said of it.
    """
    return _validated(path, _parsed(path, content))


def record_content(
    extra: Mapping[str, object] | None,
    student: str,
    notes: Iterable[TravellingNote | CheckIn],
    wishes: Iterable[Wish],
) -> dict[str, object]:
    """Return the JSON values of a student's record: of equal notes, and of equal requests, the last.

    Args:
        extra: What stands beside.
        wishes: What is asked for.
    """
    lines = {
        (one.week, one.note.strip()): {
            "week": one.week,
            "note": one.note,
            "at": one.at.isoformat(),
            "reason": one.reason,
        }
        for one in notes
    }
    content: dict[str, object] = {**(extra or {}), "version": 2, "student": student}
    content["checkins"] = sorted(lines.values(), key=lambda line: (str(line["at"]), str(line["note"])))
    asked = {(one.kind, one.week, one.chapter, one.at): one for one in wishes}
    if asked:
        ordered = sorted(asked.values(), key=lambda one: (one.at, one.week, one.chapter))
        content["requests"] = [_line(one) for one in ordered]
    return content


def _line(one: Wish) -> dict[str, object]:
    said: dict[str, object] = {"wish": one.kind, "week": one.week, "reason": one.reason, "at": one.at.isoformat()}
    return {**said, "chapter": one.chapter, "digest": one.digest} if one.kind == "appeal" else said


def _parsed(path: Path, content: bytes) -> Any:
    if len(content) > MAX_RECORD_SIZE:
        raise TravellingRecordError(TOO_LARGE.format(path=path, size=MAX_RECORD_SIZE >> 20))
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TravellingRecordError(NO_JSON.format(path=path)) from error


def _validated(path: Path, content: Any) -> TravellingRecord:
    try:
        return TravellingRecord.model_validate(content)
    except ValidationError as error:
        raise TravellingRecordError(ABOUT.format(path=path, said=_first(error))) from error


def _readable(kind: type[BaseModel], name: str, given: list[Any], problems: list[Text]) -> list[Any]:
    """Return the pieces of a record that can be read, and add what is wrong with the others to `problems`."""
    found: list[Any] = []
    bad = 0
    for number, one in enumerate(given):
        try:
            kind.model_validate(one)
        except ValidationError as error:
            bad += 1
            if bad <= MAX_NAMED:
                said = f"{name}.{number}.{_first(error)}"
                problems.append(Text(zh=said, en=said))
        else:
            found.append(one)
    if bad > MAX_NAMED:
        problems.append(MORE.format(count=bad - MAX_NAMED))
    return found


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}"


def travelling_records(submitted: Path) -> Iterator[tuple[str, Path]]:
    """Yield student and file for every travelling record in `submitted/`, sorted; also for folders that cannot be read."""
    try:
        with opened_folder(submitted) as folder, os.scandir(folder) as entries:
            students = sorted(entry.name for entry in entries)
    except NotOpened:
        return
    for student in students:
        try:
            with opened_folder(submitted, [student], listed=False) as folder:
                there = status_of(folder, RECORD_NAME) is not None
        except NotOpened as error:
            there = error.why == "refused"  # what is a link, or no folder, is no student's
        if there:
            yield student, submitted / student / RECORD_NAME
