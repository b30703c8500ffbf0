"""What is wrong with a course file, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Union

from autograder.errors import AutograderError
from autograder.text import Text

KeyPath = tuple[Union[str, int], ...]

PLAIN_KEY = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class Problem:
    """One thing to correct in one file.

    Attributes:
        file: Name relative to the course folder.
        line: 1-based, None when the file as a whole is meant.
        key: Path of keys and 0-based list positions, empty for the whole file.
    """

    file: str
    line: int | None
    key: KeyPath
    message: Text

    @property
    def said(self) -> Text:
        """The problem on one line: `course.yml:12: chapters[0].due: ...`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        lead = [place, shown_key(self.key)] if self.key else [place]
        written = self.message.record()
        return Text.of({name: " ".join(": ".join([*lead, text]).splitlines()) for name, text in written.items()})


class CourseError(AutograderError):
    """All problems found in the course files, one line each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(Text.joined([problem.said for problem in self.problems], "\n"))


class NoCourseHere(CourseError):
    """There is no course where a notebook runs. Which language its reader has is not known, so it is said in both."""

    def __init__(self, said: Text) -> None:
        super().__init__([Problem("course.yml", None, (), said)])
        self.said, self.args = said, (f"{said.zh}\n{said.en}",)


def shown_key(key: KeyPath) -> str:
    """Return a key path as people write it: `chapters[0].due`."""
    shown = ""
    for part in key:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            name = part if PLAIN_KEY.fullmatch(part) else json.dumps(part)
            shown += f".{name}" if shown else name
    return shown
