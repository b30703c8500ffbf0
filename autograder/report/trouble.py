"""Which checks fail most, and which hint helps: who saw it and passed the check in a later attempt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.text import Text


@dataclass(frozen=True)
class Trouble:
    """One check. tried, failed, now: students who were checked, who failed it once, whose newest attempt fails it.

    hint: the one after which most passed, None where none was given; saw, helped: students who were given it, and of
    them those who passed the check in a later attempt.
    """

    chapter: str
    task: str
    check: str
    hidden: bool
    tried: int
    failed: int
    now: int
    hint: Text | None = None
    saw: int = 0
    helped: int = 0


@dataclass
class _Count:
    task: str
    hidden: bool
    tried: int = 0
    failed: int = 0
    now: int = 0
    saw: dict[str, set[str]] = field(default_factory=dict)
    helped: dict[str, set[str]] = field(default_factory=dict)


class TroubleCount:
    """Counts the findings of a class, student by student."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], _Count] = {}

    def add(self, student: str, records: Mapping[tuple[str, int], Mapping[str, Any]]) -> None:
        """Count the attempts of one student. records: newest result by chapter and number of the attempt."""
        history: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for chapter, number in sorted(records):
            for finding in records[chapter, number]["findings"]:
                if finding["status"] != "skipped":
                    history.setdefault((chapter, finding["check"]), []).append(finding)
        for name, findings in history.items():
            count = self._counts.setdefault(name, _Count(findings[0]["task"], findings[0]["hidden"]))
            count.tried += 1
            count.failed += any(map(_bad, findings))
            count.now += _bad(findings[-1])
            for position, finding in enumerate(findings):
                hint = finding["hint"]
                if _bad(finding) and hint:
                    count.saw.setdefault(hint, set()).add(student)
                    if not all(map(_bad, findings[position + 1 :])):
                        count.helped.setdefault(hint, set()).add(student)

    def most_frequent(self, wording: Callable[[str], Text]) -> tuple[Trouble, ...]:
        """Return the checks that somebody failed, most failures first. wording: gives a hint in both languages."""
        found = [self._trouble(name, count, wording) for name, count in self._counts.items() if count.failed]
        return tuple(sorted(found, key=lambda one: (-one.failed, -one.now, one.chapter, one.check)))

    def _trouble(self, name: tuple[str, str], count: _Count, wording: Callable[[str], Text]) -> Trouble:
        plain = Trouble(name[0], count.task, name[1], count.hidden, count.tried, count.failed, count.now)
        if not count.saw:
            return plain
        best = max(sorted(count.saw), key=lambda hint: (len(count.helped.get(hint, ())), len(count.saw[hint])))
        figures = {"saw": len(count.saw[best]), "helped": len(count.helped.get(best, ()))}
        return Trouble(**{**vars(plain), "hint": wording(best), **figures})


def _bad(finding: Mapping[str, Any]) -> bool:
    return finding["status"] not in ("pass", "skipped")
