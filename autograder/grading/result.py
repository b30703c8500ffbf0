"""What grading gives: findings, and a result that holds them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from autograder.text import Language, Text

Status = Literal["pass", "fail", "error", "timeout", "memory", "crashed", "skipped"]
EMPTY = Text(zh="", en="")


def path_text(path: Path) -> str:
    """Return a path fit for JSON and databases: a byte that is no UTF-8 stands as `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@dataclass(frozen=True)
class Finding:
    """The outcome of one check, in points and in words."""

    task: str
    check: str
    kind: str
    hidden: bool
    status: Status
    points: float
    max_points: float
    message: Text = EMPTY
    hint: Text = EMPTY

    def to_record(self, language: Language) -> dict[str, Any]:
        """Return the finding as JSON values, texts in `language`."""
        return {**vars(self), "message": self.message.to(language), "hint": self.hint.to(language)}


@dataclass(frozen=True)
class Result:
    """The outcome of one submission.

    box, layers: where it ran, and the layers of protection that held there; seconds: wall time; key: hash of all that
    the outcome depends on; asked_for: the key of the result whose findings these are, where an answer that looks the same
    to every check was graded before it, see `once`. For staff: it belongs to somebody else. flags: what staff should look
    at; points are as the checks give them until a TA decides.
    """

    submission: str
    student: str | None
    chapter: str
    status: Literal["graded", "rejected"]
    score: float
    max_score: float
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Text, ...] = ()
    box: str = ""
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    key: str = ""
    reason: Text = EMPTY
    asked_for: str = ""
    flags: tuple[Text, ...] = ()

    @property
    def failed(self) -> bool:
        """True when it was rejected, or a check did not pass."""
        return self.status == "rejected" or any(f.status not in ("pass", "skipped") for f in self.findings)

    def to_record(self, language: Language) -> dict[str, Any]:
        """Return the result as JSON values, texts in `language`."""
        record = {**vars(self)}
        record["findings"] = [finding.to_record(language) for finding in self.findings]
        record["layers"] = list(self.layers)
        record["repairs"] = [text.to(language) for text in self.repairs]
        reason = record.pop("reason")
        record["flags"] = [text.to(language) for text in self.flags]
        for name in ("asked_for", "flags"):
            if not record[name]:
                del record[name]
        if self.status == "rejected":
            record["reason"] = reason.to(language)
        return record

    def for_student(self, student: str) -> Result:
        """Return the same result with the student's name."""
        return replace(self, student=student)
