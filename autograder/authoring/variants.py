"""Record the bank of a chapter: what reference and known mistakes answer where a student's own numbers hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.authoring import own_types
from autograder.authoring.examples import Example, read_examples
from autograder.authoring.notebooks import solution_text
from autograder.authoring.record import (
    SHIPPED,
    RecordError,
    changed_tasks,
    differs,
    every_check,
    observations,
    read_checks,
)
from autograder.checks.accuracy import Accuracy
from autograder.checks.base import Check, Observation, of_a_mistake, of_the_reference
from autograder.checks.suite import CheckSuite
from autograder.checks.variants import Bank, Variant
from autograder.constants import Values, constants_are
from autograder.course import Chapter, load_course
from autograder.facts import read_networks, totals
from autograder.sandbox.box import Box
from autograder.text import Text

NOT_PASSED = Text(
    zh="{chapter}: 数值为 {values} 时参考答案不通过 {check}：{why}",
    en="{chapter}: with {values} the solution does not pass {check}: {why}",
)


def with_bank(
    root: Path, suite: CheckSuite, box: Box, progress: Callable[[str], None], jobs: int, solution: str
) -> CheckSuite:
    """Return a kit, recorded with the paper's numbers, with the variants that the course's salt draws.

    Args:
        solution: The reference with the paper's numbers. Only checks that ask something else, and tasks whose code is
            another, are run again, and only what differs is kept.

    Raises:
        RecordError: Where the solution fails with the numbers of a variant.
    """
    chapter, course = suite.chapter, load_course(root)
    assert chapter.variants is not None
    variants = [Variant(chapter.paper)]
    for number, values in enumerate(chapter.variants.bank(course.salt, chapter.id)[1:], 1):
        text = solution_text(root, chapter, course.language, values)
        one = _Recording(root, suite, box, jobs, values, text)
        tasks = changed_tasks(text, solution, chapter)
        variants.append(one.variant(tasks, partial(_tell, progress, f"{chapter.id} #{number}")))
    return replace(suite, bank=worded(Bank((), tuple(variants)), root, chapter))


def _tell(progress: Callable[[str], None], what: str, name: str) -> None:
    progress(f"{what}: {name}")


class _Recording:
    """Records one variant of a chapter. solution: the reference with its numbers."""

    def __init__(self, root: Path, suite: CheckSuite, box: Box, jobs: int, values: Values, solution: str) -> None:
        self.root, self.suite, self.box, self.jobs, self.values, self.solution = (
            root,
            suite,
            box,
            jobs,
            values,
            solution,
        )
        self.chapter, self.known = suite.chapter, {mistake.id: mistake.seen for mistake in suite.mistakes}
        self.checks = every_check(read_checks(root / "source" / self.chapter.id, self.chapter, values))

    def variant(self, tasks: frozenset[str], progress: Callable[[str], None]) -> Variant:
        """Return what differs from the paper's numbers.

        Args:
            tasks: Those whose code in the solution is another.
        """
        suite = self.suite
        asked = {
            key: check
            for key, check in self.checks.items()
            if key.partition(".")[0] in tasks or not _same(check, suite.checks.get(key))
        }
        progress(f"{self.chapter.id}.py")
        expected = self._expected(asked)
        examples = [
            one for one in read_examples(self.root, self.chapter.id, variant=(self.values, self.solution)) if one.kills
        ]
        with ThreadPoolExecutor(self.jobs) as pool:
            found = list(pool.map(lambda one: self._seen(one, asked, expected, progress), examples))
        mistakes = {
            example.id: changes
            for example, seen in zip(examples, found, strict=True)
            if (changes := _changes(self.known[example.id], seen, self._for_causes(example, asked)))
        }
        return Variant(
            self.values,
            {key: check for key, check in asked.items() if not _same(check, suite.checks.get(key))},
            {key: one for key, one in expected.items() if one != suite.expected.get(key)},
            mistakes,
        )

    def _for_causes(self, example: Example, asked: Mapping[str, Check]) -> dict[str, Check]:
        """Return the checks at which a known mistake is recorded: of the tasks that it is a mistake of the public ones at which it
        shows with the paper's numbers. By these a cause is found; all others together take most of the time of a build.
        """
        shows = {key.removesuffix(SHIPPED) for key in self.known[example.id]}
        hidden = {task.full_id(entry) for task, entry in self.chapter.checks() if entry.hidden}
        tasks = changed_tasks(example.text, self.solution, self.chapter) & {
            name.partition(".")[0] for name in example.kills
        }
        return {
            key: one
            for key, one in asked.items()
            if key.removesuffix(SHIPPED) in shows - hidden and key.partition(".")[0] in tasks
        }

    def _expected(self, asked: Mapping[str, Check]) -> dict[str, Observation]:
        found = observations(self.solution, self.chapter, dict(asked), self.box)
        for key, seen in found.items():
            complaint = asked[key].judge(seen["seen"], seen["seen"]) if "seen" in seen else None
            if "seen" not in seen or complaint:
                about = {"chapter": self.chapter.id, "values": dict(self.values), "check": key}
                raise RecordError(NOT_PASSED.format(**about, why=complaint or seen))
        return {key: of_the_reference(seen) for key, seen in found.items()}

    def _seen(
        self,
        example: Example,
        asked: Mapping[str, Check],
        expected: Mapping[str, Observation],
        progress: Callable[[str], None],
    ) -> dict[str, Observation]:
        mine = self._for_causes(example, asked)
        if not mine:
            return {}
        progress(example.id)
        seen = observations(example.text, self.chapter, mine, self.box)
        of = own_types.KNOWN.format(id=example.id)
        return {key: of_a_mistake(one) for key, one in seen.items() if differs(asked[key], one, expected[key], of)}


def worded(bank: Bank, root: Path, chapter: Chapter) -> Bank:
    """Return a bank with the meanings that chapter.yml gives its constants now, and the figures of networks."""
    assert chapter.variants is not None
    constants = tuple((one.name, one.meaning) for one in chapter.variants.constants)
    facts = [facts_of(root / "source" / chapter.id, one.values) for one in bank.variants]
    return Bank(constants, tuple(replace(one, facts=mine) for one, mine in zip(bank.variants, facts, strict=True)))


def facts_of(folder: Path, values: Values) -> dict[str, dict[str, int]]:
    """Return parameters and multiply-adds of a chapter's networks that differ from the paper's, by network."""
    with constants_are(values):
        mine = {name: _figures(network) for name, network in read_networks(folder).items()}
    paper = {name: _figures(network) for name, network in read_networks(folder).items()}
    return {name: figures for name, figures in mine.items() if figures != paper[name]}


def _figures(network: Any) -> dict[str, int]:
    sums = totals(network)
    return {"parameters": sums.parameters, "multiply_adds": sums.multiply_adds}


def _same(check: Check, other: Check | None) -> bool:
    """Tell whether two checks ask the same; modules of two variants have each their own classes."""
    return other is not None and check.model_dump(mode="json") == other.model_dump(mode="json")


def _changes(
    known: Mapping[str, Observation], seen: Mapping[str, Observation], asked: Mapping[str, Check]
) -> dict[str, Observation | None]:
    """Return what checks see of a mistake where that is not what is known with the paper's numbers, None where they pass."""
    here = {key: seen.get(key) for key, check in asked.items() if not isinstance(check, Accuracy)}
    return {key: one for key, one in here.items() if one != known.get(key)}
