"""Which checks fail most, and which hint helps: who saw it and passed the check in a later attempt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.store.result import Finding
from autograder.text import Text


@dataclass(frozen=True)
class Trouble:
    """One check.

    Attributes:
        tried, failed, now: Students who were checked, who failed it once, whose newest attempt fails it.
        hint: The one after which most passed, None where none was given.
        saw, helped: Students who were given it, and of them those who passed the check in a later attempt.
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
    saw: dict[Text, set[str]] = field(default_factory=dict)
    helped: dict[Text, set[str]] = field(default_factory=dict)


class TroubleCount:
    """Counts the findings of a class, student by student."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], _Count] = {}

    def add(self, student: str, attempts: Mapping[tuple[str, str], Iterable[tuple[Finding, Text]]]) -> None:
        """Count the attempts of one student.

        Args:
            attempts: Findings of each, with the hint that was given, by chapter and number.
        """
        history: dict[tuple[str, str], list[tuple[Finding, Text]]] = {}
        for chapter, number in sorted(attempts):
            for finding, hint in attempts[chapter, number]:
                if finding.status != "skipped":
                    history.setdefault((chapter, finding.check), []).append((finding, hint))
        for name, shown in history.items():
            first, failed = shown[0][0], [finding.failed for finding, _ in shown]
            count = self._counts.setdefault(name, _Count(first.task, first.hidden))
            count.tried += 1
            count.failed += any(failed)
            count.now += failed[-1]
            for position, (finding, hint) in enumerate(shown):
                if finding.failed and (hint.zh or hint.en):
                    count.saw.setdefault(hint, set()).add(student)
                    if not all(failed[position + 1 :]):
                        count.helped.setdefault(hint, set()).add(student)

    def most_frequent(self) -> tuple[Trouble, ...]:
        """Return the checks that somebody failed, most failures first."""
        found = [self._trouble(name, count) for name, count in self._counts.items() if count.failed]
        return tuple(sorted(found, key=lambda one: (-one.failed, -one.now, one.chapter, one.check)))

    def _trouble(self, name: tuple[str, str], count: _Count) -> Trouble:
        plain = Trouble(name[0], count.task, name[1], count.hidden, count.tried, count.failed, count.now)
        if not count.saw:
            return plain
        best = max(
            sorted(count.saw, key=lambda hint: hint.en),
            key=lambda hint: (len(count.helped.get(hint, ())), len(count.saw[hint])),
        )
        figures = {"saw": len(count.saw[best]), "helped": len(count.helped.get(best, ()))}
        return Trouble(**{**vars(plain), "hint": best, **figures})
