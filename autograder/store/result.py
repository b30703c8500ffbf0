"""What grading gives, as data: findings, and a result that holds them. Words are made of it where they are shown."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, cast

from autograder.text import Json, Told

Status = Literal["pass", "fail", "error", "timeout", "memory", "crashed", "skipped"]


def path_text(path: Path) -> str:
    """Return a path fit for JSON and databases: a byte that is no UTF-8 stands as `\\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        said: What a student is told.
        found: For staff, what the check found, where that is not it.
        causes: Ids of the known mistakes that the answer may hold, as far as a student is told.
        hinted: Whether the check's own hint is of use.
        advice: What stands in its place.
        values: What was measured of the answer, by name, and nothing that was expected.
    """

    task: str
    check: str
    kind: str
    hidden: bool
    status: Status
    points: float
    max_points: float
    said: Told | None = None
    found: Told | None = None
    causes: tuple[str, ...] = ()
    hinted: bool = True
    advice: Told | None = None
    values: Mapping[str, Json] = field(default_factory=dict)

    @property
    def cause(self) -> str | None:
        """The known mistake that the answer holds, where only one is possible."""
        return self.causes[0] if len(self.causes) == 1 else None

    @property
    def secret(self) -> bool:
        """True where the answer worked on inputs that no student may learn."""
        return self.hidden or self.kind == "accuracy"

    @property
    def told_status(self) -> Status:
        """What a student learns of the status: of secret inputs no more than whether it passed."""
        return "fail" if self.secret and self.failed else self.status

    @property
    def failed(self) -> bool:
        """True when the check was asked and did not pass."""
        return self.status not in ("pass", "skipped")


@dataclass(frozen=True)
class Result:
    """The outcome of one submission.

    Attributes:
        box, layers: Where it ran, and the layers of protection that held there.
        seconds: Wall time.
        key: Hash of all that the outcome depends on.
        reason: Why it was rejected.
        asked_for: The key of the result whose findings these are, where an answer that looks the same to every check
            was graded before it, see `once`.
        engine: The version of the engine that judged, None for one from before versions were kept.
        flags: What staff should look at, points are as the checks give them until a TA decides.
    """

    submission: str
    student: str | None
    chapter: str
    status: Literal["graded", "rejected"]
    score: float
    max_score: float
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Told, ...] = ()
    box: str = ""
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    key: str = ""
    reason: Told | None = None
    asked_for: str = ""
    engine: int | None = None
    flags: tuple[Told, ...] = ()

    @property
    def failed(self) -> bool:
        """True when it was rejected, or a check did not pass."""
        return self.status == "rejected" or any(finding.failed for finding in self.findings)

    def without_hidden(self, said: Told) -> Result:
        """Return the same result as a student may know it who has to wait for its hidden findings; they say `said`."""
        shown = (
            replace(one, status="skipped", points=0.0, said=said, found=None, causes=(), advice=None, values={})
            if one.hidden
            else one
            for one in self.findings
        )
        return replace(self, findings=tuple(shown))

    def for_student(self, student: str) -> Result:
        """Return the same result with the student's name."""
        return replace(self, student=student)

    def to_data(self) -> dict[str, Json]:
        """Return the result as JSON values, in no language."""
        return {
            **vars(self),
            "findings": [_finding_data(one) for one in self.findings],
            "flags": [_told_data(one) for one in self.flags],
            "repairs": [_told_data(one) for one in self.repairs],
            "layers": list(self.layers),
            "reason": _told_data(self.reason),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Result:
        """Return the result that `to_data` gave."""
        base = {"submission": "", "student": None, "chapter": "", "status": "graded", "score": 0.0, "max_score": 0.0}
        known = {**base, **{one.name: data[one.name] for one in fields(cls) if one.name in data}}
        return cls(
            **{
                **known,
                "findings": tuple(map(_finding, known.get("findings", ()))),
                "repairs": tuple(found for one in known.get("repairs", ()) if (found := _told(one))),
                "flags": tuple(found for one in known.get("flags", ()) if (found := _told(one))),
                "layers": tuple(known.get("layers", ())),
                "reason": _told(known.get("reason")),
            }
        )


def _finding(data: Mapping[str, Any]) -> Finding:
    told = {name: _told(data.get(name)) for name in ("said", "found", "advice")}
    return Finding(**{**data, **told, "causes": tuple(data.get("causes", ()))})


def _finding_data(one: Finding) -> dict[str, Json]:
    told = {name: _told_data(getattr(one, name)) for name in ("said", "found", "advice")}
    return {**vars(one), **told, "causes": list(one.causes)}


def _told_data(one: Told | None) -> Json:
    return None if one is None else {"key": one.key, "values": one.values}


def _told(data: Any) -> Told | None:
    return None if data is None else Told(str(data["key"]), cast("Mapping[str, Json]", data["values"]))
