"""The variants of this course: told apart by their checks, as large as the facts say, passed by every right answer."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from autograder.authoring.verify import _of_variants
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_chapter, load_course
from autograder.facts import read_networks, totals
from autograder.grading.grade import grade
from autograder.sandbox.box import Box

ROOT = Path(__file__).parents[2]
CHAPTERS = [
    path.parent.name for path in sorted((ROOT / "source").glob("*/chapter.yml")) if load_chapter(path.parent).variants
]


def kit_of(chapter: str, file: str = "hidden.json") -> CheckSuite:
    return read_kit(ROOT / "solutions" / chapter / file)


def test_some_chapters_have_a_bank_as_the_salt_draws_it() -> None:
    assert {"alexnet", "googlenet"} <= set(CHAPTERS)
    for chapter in CHAPTERS:
        variants = load_chapter(ROOT / "source" / chapter).variants
        bank = kit_of(chapter).bank
        assert variants is not None
        assert bank is not None
        assert 8 <= bank.count <= 16
        assert [one.values for one in bank.variants] == list(variants.bank(load_course(ROOT).salt, chapter))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_reference_passes_the_public_checks_of_another_variant(chapter: str) -> None:
    suite = kit_of(chapter, "checks.json")
    assert suite.bank is not None
    compared = 0
    for mine, other in permutations(range(suite.bank.count + 1), 2):
        if other == 0 and chapter == "alexnet":
            continue  # the paper's range has always taken a narrower one within it
        answer, judge = suite.variant(mine), suite.variant(other)
        alike = [name for name in suite.bank.touched if judge.checks[name].asks_like(answer.checks[name])]
        complaints = [
            judge.checks[name].judge(answer.expected[name]["seen"], judge.expected[name]["seen"]) for name in alike
        ]
        assert any(complaints), (mine, other)
        compared += 1
    assert compared >= suite.bank.count * (suite.bank.count - 1)


def test_the_figures_that_a_student_reads_are_those_of_the_recorded_network() -> None:
    suite = kit_of("googlenet")
    assert suite.bank is not None
    for number, one in enumerate(suite.bank.variants[1:], 1):
        count = suite.variant(number).expected["network.parameters"]["seen"]["count"]
        assert one.facts["GoogLeNet"]["parameters"] == count
    assert len({one.facts["GoogLeNet"]["parameters"] for one in suite.bank.variants[1:]}) == suite.bank.count
    paper = suite.expected["network.parameters"]["seen"]["count"]
    assert totals(read_networks(ROOT / "source" / "googlenet")["GoogLeNet"]).parameters == paper


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_right_answer_passes_with_the_numbers_of_every_variant(chapter: str, shared_box: Box) -> None:
    suite, shown = kit_of(chapter), kit_of(chapter, "checks.json")
    failed, answers = [], 0
    for answer, tasks, asked in _of_variants(ROOT, suite, shown, 1):
        result = grade(asked, answer, shared_box, tasks=tasks)
        failed += [(answer.name, asked.number, one.check) for one in result.findings if one.failed]
        answers += 1
    assert failed == []
    assert suite.bank is not None
    assert answers >= 2 * suite.bank.count
