"""A cause is told where it is certain, two as a question; no mistake is told another's cause."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.authoring.examples import Example
from autograder.authoring.verify import Proof, judge_causes, told_by_recording
from autograder.checks import Behaviour, TrainMode
from autograder.checks.suite import CheckSuite, Mistake, read_kit
from autograder.grading.explain import MAX_CAUSES, _eval_mode_first, possible_mistakes, told_cause, told_mistakes
from autograder.store.result import Finding
from autograder.text import Text
from tests.known_mistakes import ROOT

CHAPTERS = sorted(path.name for path in (ROOT / "source").iterdir() if (path / "chapter.yml").is_file())


@cache
def kit_of(chapter: str, name: str) -> CheckSuite:
    return read_kit(ROOT / "solutions" / chapter / name)


def checks_of(suite: CheckSuite) -> dict[str, tuple[list[str], list[str]]]:
    """Return the public and the hidden checks of each task that the kit holds."""
    found = {}
    for task in suite.chapter.tasks:
        here = [entry for entry in task.checks if task.full_id(entry) in suite.checks]
        found[task.id] = (
            [task.full_id(entry) for entry in here if not entry.hidden],
            [task.full_id(entry) for entry in here if entry.hidden],
        )
    return found


def told(suite: CheckSuite, mistake: Mistake, task: str) -> tuple[Mistake, ...]:
    public, hidden = checks_of(suite)[task]
    asked = set(public + hidden)
    failed = {check: seen for check, seen in mistake.seen.items() if check in asked}
    return possible_mistakes(suite, task, failed, asked - failed.keys())


@pytest.mark.parametrize("name", ["hidden.json", "checks.json"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_mistake_is_told_a_cause_that_is_not_its_own(chapter: str, name: str) -> None:
    suite = kit_of(chapter, name)
    pairs = 0
    for mistake in suite.mistakes:
        for task, (public, _) in checks_of(suite).items():
            possible = told(suite, mistake, task)
            if told_cause(possible) is None:
                continue
            pairs += len(set(public) & mistake.seen.keys())
            assert mistake.cause in [one.cause for one in told_mistakes(possible)], (mistake.id, task)
    assert pairs > 20


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_hidden_checks_rule_out_and_never_choose(chapter: str) -> None:
    suite = kit_of(chapter, "hidden.json")
    for mistake in suite.mistakes:
        for task, (public, hidden) in checks_of(suite).items():
            if not set(public) & mistake.seen.keys():
                assert told(suite, mistake, task) == ()
                continue
            failed = {check: seen for check, seen in mistake.seen.items() if check in public}
            before = possible_mistakes(suite, task, failed, set(public) - failed.keys())
            assert {one.id for one in told(suite, mistake, task)} <= {one.id for one in before}
            if hidden:
                other = {**failed, hidden[0]: {"seen": "something else"}}
                assert possible_mistakes(suite, task, other, set(public) - failed.keys()) == ()


def test_two_causes_are_a_question_and_more_are_what_they_have_in_common() -> None:
    one, two, three = (Mistake(f"m{n}", Text(f"因{n}。", f"Cause {n}."), {}) for n in (1, 2, 3))
    assert told_cause(()) is None
    assert told_cause((one,)) == one.cause
    assert told_cause((one, replace(two, cause=one.cause))) == one.cause
    both = told_cause((two, one))
    assert both is not None
    assert (both.zh, both.en) == (
        "可能是下面两种情况之一。因2。 或者：因1。",
        "It may be one of two things. Cause 2. Or: Cause 1.",
    )
    assert MAX_CAUSES == 2
    assert told_cause((two, one, three)) == both, "nothing in common is stated: the likeliest two"
    shared = Text("都一样。", "All alike.")
    alike = tuple(replace(mistake, common=shared) for mistake in (one, two, three))
    assert told_cause(alike) == shared
    assert told_mistakes(alike) == alike
    assert told_cause(alike[:2]) != shared, "of two the question says more"
    assert told_cause((*alike[:2], three)) == told_cause(alike[:2]), "one of them does not state it"


ALIKE = ("logit_against_half", "probability_against_0", "sigmoid_twice")


def by_values_alone() -> CheckSuite:
    """Return a kit in which one check alone looks at `evaluate`: there three known mistakes show the same."""
    suite, check = kit_of("lenet_palm", "checks.json"), "evaluate.values"
    mistakes = tuple(
        replace(one, seen={check: one.seen[check]}) for one in suite.mistakes if one.id in ALIKE and check in one.seen
    )
    return replace(suite, checks={check: suite.checks[check]}, mistakes=mistakes)


def test_three_mistakes_that_look_alike_are_told_what_they_have_in_common() -> None:
    suite = by_values_alone()
    assert len(suite.mistakes) == 3
    for mistake in suite.mistakes:
        said = told_cause(told(suite, mistake, "evaluate"))
        assert said == mistake.common
        assert said is not None
        assert "logit 0" in said.en


def test_verify_fails_on_a_third_mistake_that_would_be_told_as_two_others() -> None:
    suite = by_values_alone()
    suite = replace(suite, mistakes=tuple(replace(mistake, common=None) for mistake in suite.mistakes))
    third = suite.mistakes[-1]
    proof = Proof("lenet_palm")
    example = Example(third.id, "", "", ("evaluate.values",), third.cause)
    judge_causes(proof, suite, example, told_by_recording(suite, third))
    assert [third.id in line.en and suite.mistakes[0].id in line.en for line in proof.problems] == [True]


def test_most_mistakes_are_told_their_own_cause_as_a_fact() -> None:
    counts = {1: 0, 2: 0, 0: 0}
    for chapter in CHAPTERS:
        suite = kit_of(chapter, "hidden.json")
        for mistake in suite.mistakes:
            for task, (public, _) in checks_of(suite).items():
                if set(public) & mistake.seen.keys():
                    counts[min(len({one.cause for one in told(suite, mistake, task)}), 2)] += 1
    assert counts[1] > 20 * counts[0]
    assert counts[1] > 8 * counts[2]


@pytest.mark.parametrize(
    ("of_behaviour", "hidden", "first"),
    [
        ({"seen": {"outputs": [2.0]}}, False, True),
        ({"seen": {"outputs": [1.0]}}, False, False),
        ({"seen": {"error": {}}}, False, False),
        ({"raised": {}}, False, False),
        ({"seen": {"outputs": [2.0]}}, True, False),
    ],
)
def test_outputs_that_are_wrong_in_eval_mode_are_corrected_first(
    of_behaviour: dict[str, Any], hidden: bool, first: bool
) -> None:
    behaviour, mode = (kind(name="Net", inputs=((1, 3),), seed=1) for kind in (Behaviour, TrainMode))
    suite: Any = SimpleNamespace(
        checks={"t.behaviour": behaviour, "t.mode": mode}, expected={"t.behaviour": {"seen": {"outputs": [1.0]}}}
    )
    found = {name: Finding("t", name, "behaviour", hidden, "fail", 0.0, 1.0) for name in suite.checks}
    seen = {"t.behaviour": of_behaviour, "t.mode": {"seen": {"outputs": [9.0]}}}
    said = _eval_mode_first(suite, "t.mode", found, seen)
    assert (said is not None) == first
    assert said is None or "first correct them, then look at train mode" in said.en
    assert _eval_mode_first(suite, "t.behaviour", found, seen) is None
