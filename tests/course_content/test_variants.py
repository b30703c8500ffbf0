"""The variants of this course: told apart by their checks, as large as the facts say, passed by every right answer."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from autograder.authoring.notebooks import solution_text
from autograder.authoring.verify import _of_variants
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_chapter, load_course
from autograder.facts import read_networks, totals
from autograder.grading.grade import grade
from autograder.grading.render import shown_lines, text_of
from autograder.sandbox.box import Box
from autograder.submission import RawSubmission

ROOT = Path(__file__).parents[2]
CHAPTERS = [
    path.parent.name for path in sorted((ROOT / "source").glob("*/chapter.yml")) if load_chapter(path.parent).variants
]


def kit_of(chapter: str, file: str = "hidden.json") -> CheckSuite:
    return read_kit(ROOT / "solutions" / chapter / file)


def test_some_chapters_have_a_bank_as_the_salt_draws_it() -> None:
    assert {"lenet_palm", "alexnet", "googlenet"} <= set(CHAPTERS)
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


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_students_are_told_of_the_same_mistakes_whatever_their_numbers(chapter: str) -> None:
    suite = kit_of(chapter, "checks.json")
    assert suite.bank is not None
    told = [
        {one.id for one in suite.variant(number).mistakes if one.seen} for number in range(len(suite.bank.variants))
    ]
    assert told[0]
    assert told == [told[0]] * len(told)


def test_the_figures_that_a_student_reads_are_those_of_the_recorded_network() -> None:
    suite = kit_of("googlenet")
    assert suite.bank is not None
    for number, one in enumerate(suite.bank.variants[1:], 1):
        count = suite.variant(number).expected["network.parameters"]["seen"]["count"]
        assert one.facts["GoogLeNet"]["parameters"] == count
    assert len({one.facts["GoogLeNet"]["parameters"] for one in suite.bank.variants[1:]}) == suite.bank.count
    paper = suite.expected["network.parameters"]["seen"]["count"]
    assert totals(read_networks(ROOT / "source" / "googlenet")["GoogLeNet"]).parameters == paper


def test_no_usual_slip_in_deriving_k_gives_the_k_of_another_variant() -> None:
    variants = load_chapter(ROOT / "source" / "lenet_palm").variants
    assert variants is not None
    sides = [one["PHOTO_SIDE"] for one in variants.bank(load_course(ROOT).salt, "lenet_palm")]
    last = {side: ((side - 4) // 2 - 4) // 2 - 3 for side in sides}
    slips = {
        side: {
            (side // 2 - 4) // 2 - 3,  # convolution 1 keeps the side
            (side - 4) // 2 // 2 - 3,  # convolution 2 does
            ((side - 4) // 2 - 4) // 2,  # convolution 3 does
            side // 4 - 3,  # convolutions 1 and 2 do
            ((side - 5) // 2 - 5) // 2 - 4,  # n - k in place of n - k + 1
            (((side - 4) // 2 - 4) // 2 - 3) // 2,  # one pool more
        }
        for side in sides
    }
    assert len(set(last.values())) == len(sides) == 9
    for side in sides:
        assert not slips[side] & set(last.values()), side


@pytest.mark.slow
def test_lenet_for_the_side_of_another_is_told_so(shared_box: Box) -> None:
    suite, shown = kit_of("lenet_palm"), kit_of("lenet_palm", "checks.json")
    assert suite.bank is not None
    chapter, (mine, theirs) = load_chapter(ROOT / "source" / "lenet_palm"), suite.bank.variants[1:3]
    text = solution_text(ROOT, chapter, "en", theirs.values)
    raw = RawSubmission(Path("lenet_palm.py"), "script", "lenet_palm.py", text.encode())
    result = grade(suite.variant(1), raw, shared_box, tasks=frozenset({"network"}), shown=shown.variant(1))
    said = "\n".join(shown_lines(result.findings, suite, "en"))
    assert f"These are the numbers of another variant. Yours are {mine.said}" in said
    assert [f"right with the numbers of others ({theirs.said})" in text_of(one).en for one in result.flags] == [True]


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
