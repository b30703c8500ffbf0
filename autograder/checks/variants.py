"""The variants of a kit: of each student's own constants only what differs from the paper's is recorded."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional, TypeVar

from autograder.checks.base import Check, Observation, without_code
from autograder.constants import Values, frozen
from autograder.text import Text

Seen = Mapping[str, Mapping[str, Optional[Observation]]]


A = TypeVar("A")


@dataclass(frozen=True)
class Variant:
    """What differs where other numbers hold.

    Attributes:
        values: Of the constants.
        checks, expected: By check.
        mistakes: What each check sees of a known mistake, None where it now passes.
        facts: Figures of the chapter's networks, by network and name.
    """

    values: Values
    checks: dict[str, Check] = field(default_factory=dict)
    expected: dict[str, Observation] = field(default_factory=dict)
    mistakes: Seen = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The numbers in words."""
        return ", ".join(f"{name} = {value}" for name, value in self.values.items())

    def only(self, names: Mapping[str, str], hide_code: bool = False) -> Variant:
        """Return the variant with some checks alone, under other names: old → new."""

        def chosen(entries: Mapping[str, A]) -> dict[str, A]:
            return {new: entries[old] for old, new in names.items() if old in entries}

        mistakes = {name: chosen(seen) for name, seen in self.mistakes.items()}
        if hide_code:
            mistakes = {
                name: {check: one and without_code(one) for check, one in seen.items()}
                for name, seen in mistakes.items()
            }
        mistakes = {name: seen for name, seen in mistakes.items() if seen}
        return replace(self, checks=chosen(self.checks), expected=chosen(self.expected), mistakes=mistakes)

    def to_record(self) -> dict[str, object]:
        """Return the variant as JSON values."""
        found: dict[str, object] = {"values": dict(self.values)}
        found["checks"] = {key: check.model_dump(mode="json") for key, check in self.checks.items()}
        found |= {"expected": self.expected, "mistakes": self.mistakes, "facts": self.facts}
        return {key: value for key, value in found.items() if value}

    @classmethod
    def of(cls, record: Mapping[str, Any], check_of: Callable[[object], Check]) -> Variant:
        """Return the variant that a kit's file holds."""
        checks = {key: check_of(check) for key, check in record.get("checks", {}).items()}
        rest = {key: record.get(key, {}) for key in ("expected", "mistakes", "facts")}
        return cls(values_in(record), checks, **rest)


@dataclass(frozen=True)
class Bank:
    """The variants of a chapter: the paper's, which is recorded in the kit itself, and those that students have.

    Attributes:
        constants: Name and meaning of each, in the order of chapter.yml.
    """

    constants: tuple[tuple[str, Text], ...]
    variants: tuple[Variant, ...]

    @property
    def count(self) -> int:
        """How many there are beside the paper's."""
        return len(self.variants) - 1

    @property
    def touched(self) -> frozenset[str]:
        """The checks that are another question, or have another answer, in some variant."""
        return frozenset(key for one in self.variants for key in (*one.checks, *one.expected))

    def only(self, names: Mapping[str, str], hide_code: bool = False) -> Bank:
        """Return the bank with some checks alone, see `Variant.only`."""
        return replace(self, variants=tuple(one.only(names, hide_code) for one in self.variants))

    def shows(self, mistake: str, checks: Container[str]) -> bool:
        """Return True if a known mistake shows at one of some checks in any variant."""
        return any(
            check in checks for one in self.variants for check, seen in one.mistakes.get(mistake, {}).items() if seen
        )

    def to_record(self) -> dict[str, object]:
        """Return the bank as JSON values."""
        constants = [{"name": name, "meaning": meaning.record()} for name, meaning in self.constants]
        return {"constants": constants, "bank": [one.to_record() for one in self.variants]}

    @classmethod
    def of(cls, record: Mapping[str, Any], check_of: Callable[[object], Check]) -> Bank:
        """Return the bank that a kit's file holds."""
        constants = tuple((one["name"], Text.of(one["meaning"])) for one in record["constants"])
        return cls(constants, tuple(Variant.of(one, check_of) for one in record["bank"]))


def values_in(record: Mapping[str, Any]) -> Values:
    """Return the values of the constants in the record of a variant."""
    return {name: frozen(value) for name, value in record["values"].items()}


def with_changes(seen: Mapping[str, Observation], changes: Mapping[str, Observation | None]) -> dict[str, Observation]:
    """Return what checks see of a known mistake in a variant, from what they see with the paper's numbers."""
    both = {**seen, **changes}
    return {check: one for check, one in both.items() if one is not None}
