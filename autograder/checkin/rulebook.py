"""The rules of a course and their moments: a piece of proof is judged by the rule under which it was made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from autograder.course import CheckinProof, Course, EvidencePolicy
from autograder.portable.older import paired
from autograder.store.records import RulesSince

KEPT = ("chapters", "checkins", "checkin", "makeup", "leave", "at_risk", "certificate", "late", "drop_lowest")


class Rules(NamedTuple):
    """The rules of one time.

    Attributes:
        proofs: Of the weeks that differ from `proof`.
        evidence: Of those that say so.
    """

    proof: CheckinProof
    proofs: Mapping[int, CheckinProof]
    evidence: Mapping[int, EvidencePolicy]
    makeup_worth: float  # fraction 0..1

    def proof_of(self, week: int) -> CheckinProof:
        """Return what counted in a week."""
        return self.proofs.get(week, self.proof)

    def evidence_of(self, week: int) -> EvidencePolicy:
        """Return what a marked note was worth in a week."""
        return self.evidence.get(week, self.proof.evidence)

    def applied_to(self, course: Course) -> Course:
        """Return a course with what counted in its weeks then; its dates are those of today."""
        weeks = (week.model_copy(update={"counts": self.proofs.get(week.week)}) for week in course.checkins)
        return course.model_copy(update={"checkin": self.proof, "checkins": tuple(weeks)})


class Rulebook:
    """The rules that a class has known, oldest first."""

    def __init__(self, history: Sequence[RulesSince]) -> None:
        self._since = tuple(one.since for one in history)
        self._rules = tuple(_parsed(one.rules) for one in history)

    def at(self, moment: datetime) -> Rules | None:
        """Return the rules of a moment: those known then, the first ones for what is older; None where none are kept."""
        found = None
        for since, rules in paired(self._since, self._rules):
            if since <= moment or found is None:
                found = rules
        return found

    def from_then_on(self, moment: datetime) -> tuple[Rules, ...]:
        """Return the rules that held at a moment or later: what counted by any of them goes on counting."""
        later = (rules for since, rules in paired(self._since, self._rules) if since > moment)
        then = self.at(moment)
        return (then, *(rules for rules in later if rules is not then)) if then else ()

    def is_older(self, moment: datetime) -> bool:
        """Return True if a moment is older than the first rules that are kept."""
        return bool(self._since) and moment < self._since[0]


@lru_cache(maxsize=64)
def _parsed(text: str) -> Rules:
    values = json.loads(text)
    own = {week["week"]: week["counts"] for week in values["checkins"] if week.get("counts")}
    proofs = {number: CheckinProof.model_validate(counts) for number, counts in own.items()}
    evidence = {number: proofs[number].evidence for number, counts in own.items() if "evidence" in counts}
    return Rules(
        CheckinProof.model_validate(values["checkin"]), proofs, evidence, values["makeup"]["worth_percent"] / 100
    )


@lru_cache(maxsize=4)
def rules_of(course: Course) -> str:
    """Return the rules of a course as they are kept."""
    values = course.model_dump(mode="json", include=set(KEPT))
    for week, given in paired(values["checkins"], course.checkins):
        # What a week does not say itself it has from the course, also after the course changed.
        if given.counts is not None and "evidence" not in given.counts.model_fields_set:
            week["counts"].pop("evidence")
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def earlier_course(course: Course, rules: str) -> Course:
    """Return a course as it was by rules that were kept: its other settings are those of today."""
    today = {**course.model_dump(exclude={*KEPT, "title"}), "title": course.title.record()}
    return Course.model_validate({**today, **json.loads(rules)})


def differences(before: str, after: str) -> Iterator[str]:
    """Yield what differs between two sets of rules: `checkin.proof: either -> submission`."""
    old, new = (dict(_leaves(json.loads(text))) for text in (before, after))
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"{key}: {_shown(old.get(key))} -> {_shown(new.get(key))}"


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            name = inner.get("id", inner.get("week", position)) if isinstance(inner, dict) else position
            yield from _leaves(inner, f"{place}[{name}]")
    else:
        yield place, value


def _shown(value: Any) -> str:
    return "none" if value is None else f"{value}"
