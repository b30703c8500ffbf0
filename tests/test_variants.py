"""Variants: each student's own numbers, from chapter.yml to the verdict."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.build import build_chapter
from autograder.authoring.notebooks import solution_text
from autograder.authoring.record import fingerprint
from autograder.authoring.rollover import rollover
from autograder.authoring.sources import stale
from autograder.authoring.verify import verify_chapter
from autograder.checks.suite import CheckSuite, public_kit, read_kit
from autograder.client.live import open_chapter
from autograder.client.own import own_constants
from autograder.course import load_chapter, load_course
from autograder.course.errors import CourseError
from autograder.course.variants import variant_of
from autograder.grading.classroom import Grader, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.grade import AnswerCache, grade, understand, understood
from autograder.grading.pipeline import Means, Wanted
from autograder.grading.rehearsal import rehearse
from autograder.grading.render import Renderer, shown_lines, text_of
from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.store.handins import Received, add_moments
from autograder.store.records import Student
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.submission import RawSubmission
from autograder.untrusted.limited import WITHIN, Lasting
from tests.grading.here import Alone

COURSES = Path(__file__).parent / "courses"
PAPER = {"LINE_SLOPE": 2, "LINE_ENDS": (0.0, 1.0)}
COUNT = 8
NOW = datetime(2026, 11, 1, tzinfo=UTC)
READER = Lasting(understand, WITHIN)  # to copy this process for each answer costs more than to grade one


@pytest.fixture(scope="module", autouse=True)
def ended_with_this_module() -> Iterator[None]:
    yield
    READER.close()


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = open_bubblewrap_box(framework="python")
    yield made
    if made.zygote:
        made.zygote.close()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, box: Box) -> Path:
    root = tmp_path_factory.mktemp("own") / "own"
    shutil.copytree(COURSES / "own", root)
    build_chapter(root, "line", "en", box)
    return root


def full(root: Path) -> CheckSuite:
    return read_kit(root / "solutions" / "line" / "hidden.json")


def answer(slope: object, ends: object, twice: str = "2 * x") -> str:
    return (
        f"import numpy as np\ndef line(x):\n    return {slope} * x\ndef twice(x):\n    return {twice}\n"
        f"def inside(x):\n    low, high = {ends}\n    return (np.asarray(x) >= low) & (np.asarray(x) <= high)\n"
    )


def right_for(suite: CheckSuite, number: int) -> str:
    assert suite.bank is not None
    values = suite.bank.variants[number].values
    return answer(values["LINE_SLOPE"], values["LINE_ENDS"])


def graded(suite: CheckSuite, text: str, box: Box, once: AnswerCache | None = None) -> Result:
    raw = RawSubmission(Path("line.py"), "script", "line.py", text.encode())
    return grade(suite, raw, box, answer=understood(suite, raw, reader=READER), once=once)


def student_with(number: int, salt: str) -> str:
    """Return an id that has a variant."""
    return next(s for n in range(1000) if variant_of(salt, s := f"s{n:03}", "line", COUNT) == number)


def test_the_bank_is_drawn_from_the_public_salt_and_begins_with_the_papers(own: Path) -> None:
    variants, salt = load_chapter(own / "source" / "line").variants, load_course(own).salt
    assert variants is not None
    bank = variants.bank(salt, "line")
    assert bank[0] == PAPER
    assert len(bank) == COUNT + 1
    assert len({json.dumps(one) for one in bank}) == COUNT + 1
    assert bank == variants.bank(salt, "line")
    assert bank[1:] != variants.bank("f" * 32, "line")[1:]
    assert variants.bank(None, "line") == (PAPER,)
    suite = full(own)
    assert suite.bank is not None
    assert [one.values for one in suite.bank.variants] == list(bank)


def test_everybody_has_a_variant_and_each_is_had_by_somebody() -> None:
    numbers = [variant_of("ab" * 8, f"s{n:03}", "line", COUNT) for n in range(200)]
    assert set(numbers) == set(range(1, COUNT + 1))
    assert variant_of("ab" * 8, " S-001", "line", COUNT) == variant_of("ab" * 8, "s001", "line", COUNT)


def test_a_chapter_with_variants_is_proven_like_any_other(own: Path, box: Box) -> None:
    assert verify_chapter(own, "line", box).problems == []


def test_a_proof_finds_a_right_answer_that_fails_with_other_numbers(own: Path, tmp_path: Path, box: Box) -> None:
    root = tmp_path / "own"
    shutil.copytree(own, root)
    right = root / "source" / "line" / "right" / "by_addition.py"
    right.write_text(right.read_text("utf-8").replace("range(LINE_SLOPE)", "range(2)"), "utf-8")
    build_chapter(root, "line", "en", box)
    problems = verify_chapter(root, "line", box).problems
    assert problems
    assert all("by_addition.py with the numbers of variant" in one.en for one in problems)


def test_a_proof_finds_a_mistake_that_students_with_other_numbers_are_not_told(
    own: Path, tmp_path: Path, box: Box
) -> None:
    root = tmp_path / "own"
    shutil.copytree(own, root)
    with (root / "source" / "line" / "mistakes.yml").open("a", encoding="utf-8") as file:
        file.write(
            "  - id: three_at_least\n    kills: [line.others]\n    cause: {zh: 至少三倍。, en: It is three times at least.}\n"
            '    changes: [{from: "return LINE_SLOPE * x", to: "return max(LINE_SLOPE, 3) * x"}]\n'
        )
    build_chapter(root, "line", "en", box)
    suite = full(root)
    assert suite.bank is not None
    other = [number for number in range(1, COUNT + 1) if suite.bank.variants[number].values["LINE_SLOPE"] != 2]
    found = [
        re.search(r"three_at_least: passes all .* of variant (\d+);", one.en)
        for one in verify_chapter(root, "line", box).problems
    ]
    assert [int(one[1]) for one in found if one] == other


def test_every_variant_takes_its_own_answer_and_no_other(own: Path, box: Box) -> None:
    suite = full(own)
    assert suite.bank is not None
    for number, one in enumerate(suite.bank.variants):
        result = graded(suite.variant(number), right_for(suite, number), box)
        assert result.score == result.max_score, number
        for other in range(COUNT + 1):
            if suite.bank.variants[other].values["LINE_SLOPE"] != one.values["LINE_SLOPE"]:
                assert graded(suite.variant(number), right_for(suite, other), box).score <= 4


def test_only_what_differs_is_recorded(own: Path) -> None:
    suite = full(own)
    assert suite.bank is not None
    assert suite.bank.touched == {"line.values", "line.others", "ends.values"}
    same_ends = [one for one in suite.bank.variants[1:] if one.values["LINE_ENDS"] == PAPER["LINE_ENDS"]]
    assert same_ends
    assert all(not one.checks and "ends.values" not in one.expected for one in same_ends)
    shown = read_kit(own / "assignments" / "line" / "checks.json")
    assert shown.bank is not None
    assert shown.bank.touched == {"line.values", "ends.values"}
    assert "others" not in json.dumps(shown.bank.to_record())


def test_causes_follow_the_numbers(own: Path, box: Box) -> None:
    suite = full(own)
    for number in range(COUNT + 1):
        mine = suite.variant(number)
        wrong = right_for(suite, number).replace("return ", "return -", 1)
        (finding,) = (one for one in graded(mine, wrong, box).findings if one.check == "line.values")
        assert finding.causes == ("other_sign",), number


def test_right_with_the_numbers_of_another_is_told_and_flagged(own: Path, box: Box) -> None:
    suite, shown = full(own), read_kit(own / "assignments" / "line" / "checks.json")
    assert suite.bank is not None
    mine = next(n for n, one in enumerate(suite.bank.variants) if one.values["LINE_SLOPE"] == 3)
    theirs = next(n for n, one in enumerate(suite.bank.variants) if one.values["LINE_SLOPE"] == 4)
    ends = suite.bank.variants[mine].values["LINE_ENDS"]
    result = graded(suite.variant(mine), answer(4, ends), box)
    said = "\n".join(shown_lines(result.findings, suite, "en"))
    assert f"These are the numbers of another variant. Yours are LINE_SLOPE = 3, LINE_ENDS = {ends}" in said
    assert "LINE_SLOPE = 4" not in said
    assert len(result.flags) == 1
    assert "line: right with the numbers of others (LINE_SLOPE = 4" in text_of(result.flags[0]).en
    assert result.score == 4  # what the checks give
    assert suite.variant(theirs).bank is suite.bank
    chinese, english = (  # the paper's slope is that of other variants, too
        "\n".join(shown_lines(graded(shown.variant(mine), answer(2, ends), box).findings, shown, language))
        for language in ("zh", "en")
    )
    assert "这是另一份题的数，或者不知道学号时大家共同的数" in chinese
    assert "of another variant, or the common ones" in english
    flags = [text_of(one).en for one in graded(suite.variant(mine), answer(2, ends), box).flags]
    slopes_of_two = [one.said for one in suite.bank.variants if one.values["LINE_SLOPE"] == 2]
    assert len(slopes_of_two) > 1
    assert f"right with the numbers of others ({' / '.join(slopes_of_two[:3])}" in flags[0]


def test_right_with_the_common_numbers_alone_is_an_id_that_was_not_said(own: Path, box: Box) -> None:
    from dataclasses import replace

    suite = full(own)
    assert suite.bank is not None
    others = [one for one in suite.bank.variants if one.values["LINE_SLOPE"] != 2]
    alone = replace(suite, bank=replace(suite.bank, variants=(suite.bank.variants[0], *others)))
    result = graded(alone.variant(1), answer(2, others[0].values["LINE_ENDS"]), box)
    assert "right with the common numbers (LINE_SLOPE = 2" in text_of(result.flags[0]).en
    assert "they had said no id" in text_of(result.flags[0]).en
    assert "大家共同的数" in "\n".join(shown_lines(result.findings, alone, "zh"))


def test_a_wrong_answer_is_nobodys(own: Path, box: Box) -> None:
    result = graded(full(own).variant(1), answer(9, (0.0, 1.0), twice="x"), box)
    assert result.flags == ()
    assert "variant" not in "\n".join(shown_lines(result.findings, full(own), "en"))


def test_a_mistake_beside_it_keeps_its_cause(own: Path, box: Box) -> None:
    suite = full(own)
    assert suite.bank is not None
    values = suite.bank.variants[1].values
    result = graded(suite.variant(1), answer(values["LINE_SLOPE"], values["LINE_ENDS"], twice="3 * x"), box)
    (finding,) = (one for one in result.findings if one.failed)
    assert finding.causes == ("three",)
    assert result.flags == ()


def test_equal_answers_share_findings_within_a_variant_alone(own: Path, box: Box) -> None:
    suite, once = full(own), AnswerCache()
    text = right_for(suite, 1)
    first, again, other = (graded(suite.variant(number), text, box, once) for number in (1, 1, 2))
    assert again.asked_for == first.key
    assert other.asked_for == ""
    assert other.key != first.key
    assert len({suite.variant(number).digest for number in range(COUNT + 1)}) == COUNT + 1


def test_the_papers_digest_does_not_change_with_the_bank(own: Path) -> None:
    from dataclasses import replace

    suite = full(own)
    assert replace(suite, bank=None).digest == suite.digest == suite.variant(0).digest


def hand_in(root: Path, student: str, text: str) -> None:
    folder = root / "submitted" / student / "line"
    folder.mkdir(parents=True)
    (folder / "line.py").write_text(text, "utf-8")


def test_a_class_is_graded_each_with_their_own(own: Path, tmp_path: Path, box: Box) -> None:
    root = tmp_path / "class"
    shutil.copytree(own, root)
    course, suite = load_course(root), full(root)
    assert course.salt
    students = {number: student_with(number, course.salt) for number in (1, 2, 3)}
    for number, student in students.items():
        hand_in(root, student, right_for(suite, number))
    copier = next(s for n in range(900) if variant_of(course.salt, s := f"c{n}", "line", COUNT) == 4)
    hand_in(root, copier, right_for(suite, 1))
    grader = Grader(root, course, box)
    engine = Alone(type("Of", (), {"root": root, "grader": grader}))
    with closing(ResultStore.in_course(root)) as store:
        with store.database.writing() as connection:
            change_class_list(connection, [Student(one) for one in (*students.values(), copier)], NOW, "ta")
        found = Coordinator(grader, store, engine).grade(submitted(root, course))
    by = {one.result.student: one.result for one in found}
    assert [by[student].score for student in students.values()] == [10.0] * 3
    said = [text_of(one).en for one in by[copier].flags]
    assert any("The numbers in line are those of" in one and students[1] in one for one in said), said
    assert all(by[student].flags == () for student in students.values())
    assert by[copier].score < 10
    renderer = Renderer.of_course(root)
    assert "numbers of others" in json.dumps(renderer.to_json(by[copier], "en"))
    assert "numbers of others" not in json.dumps(renderer.to_json(by[students[1]], "en"))


def test_what_a_team_hands_in_is_right_with_the_numbers_of_whichever_member_made_it(
    own: Path, tmp_path: Path, box: Box
) -> None:
    root, now = tmp_path / "teams", NOW
    shutil.copytree(own, root)
    course, suite = load_course(root), full(root)
    assert course.salt
    assert suite.bank is not None
    slopes = [one.values["LINE_SLOPE"] for one in suite.bank.variants]
    others = [number for number in range(1, COUNT + 1) if slopes[number] != slopes[1]]
    maker, mate, stranger = (student_with(number, course.salt) for number in (1, *others[:2]))
    text = right_for(suite, 1)
    for student in (maker, mate, stranger):
        hand_in(root, student, text.replace("def line", f"own_id = str\nown_id('{maker}')\ndef line"))
    grader = Grader(root, course, box)
    digests = {one.student: grader.found(one).digest for one in submitted(root, course)}
    assert len(set(digests.values())) == 1
    with closing(ResultStore.in_course(root)) as store:
        with store.database.writing() as connection:
            change_class_list(connection, [Student(one) for one in (maker, mate, stranger)], now, "ta")
            origins = {maker: "red/line.py", mate: "red/line.py", stranger: f"{stranger}/line.py"}
            given = [
                Received(one, "line", digests[one], now, "file", now, origin=origin) for one, origin in origins.items()
            ]
            add_moments(connection, given)
        found = Coordinator(grader, store, Alone(type("Of", (), {"root": root, "grader": grader}))).grade(
            submitted(root, course)
        )
        by = {one.result.student: one.result for one in found}
        assert [by[one].score for one in (maker, mate)] == [10.0, 10.0]
        assert by[maker].flags == by[mate].flags == ()
        assert by[stranger].score < 10
        said = [text_of(one).en for one in by[stranger].flags]
        assert any(f"says that it is {maker}'s" in one for one in said), said
        again = rehearse(root, course, Wanted(), Means())
    assert (again.changes, again.graded) == ((), 3)


def test_the_released_notebook_is_one_for_all_and_names_no_number(own: Path) -> None:
    notebook = nbformat.read(own / "assignments" / "line" / "line.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "| `LINE_SLOPE` | the slope | 2 |" in text
    assert '"""x: float, any shape; LINE_SLOPE times as much"""' in text
    assert "LINE_SLOPE * x" not in text
    solved = (own / "solutions" / "line" / "line.py").read_text("utf-8")
    assert "return 2 * x" in solved
    other = solution_text(own, load_chapter(own / "source" / "line"), "en", {**PAPER, "LINE_SLOPE": 5})
    assert "return 5 * x" in other


def test_the_notebook_shows_each_student_theirs_and_checks_by_it(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite, salt = public_kit(own, "line"), load_course(own).salt
    assert salt
    monkeypatch.chdir(own / "assignments" / "line")
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    monkeypatch.delenv("AUTOGRADER_STUDENT", raising=False)
    own_constants("line")
    assert "Your student id is not known, so the common numbers are used: LINE_SLOPE = 2, " in capsys.readouterr().out
    space: dict[str, object] = {"open_chapter": open_chapter}
    assert suite.bank is not None
    slopes = [one.values["LINE_SLOPE"] for one in suite.bank.variants]
    mine, other = slopes.index(5), slopes.index(4)
    exec("check = open_chapter('line')\n" + right_for(suite, mine), space)
    check = space["check"]
    assert callable(check)
    for number in (other, mine):
        monkeypatch.setenv("AUTOGRADER_STUDENT", student_with(number, salt))  # as own_id says it
        own_constants("line")
        slope = slopes[number]
        assert re.search(rf"Your numbers \(s\d+\): LINE_SLOPE = {slope}, ", capsys.readouterr().out)
        assert (check() == 7) is (number == mine)
        assert ("numbers of another variant" in capsys.readouterr().out) is (number == other)


def test_next_year_has_other_variants_and_says_that_it_must_be_built(own: Path, tmp_path: Path) -> None:
    from datetime import date

    rollover(own, tmp_path / "next", date(2027, 9, 6))
    before, after = (
        load_chapter(root / "source" / "line").variants.bank(load_course(root).salt, "line")  # type: ignore[union-attr]
        for root in (own, tmp_path / "next")
    )
    assert before[0] == after[0]
    assert before != after
    said = stale(tmp_path / "next", "line")
    assert said is not None
    assert "the students' own numbers: salt in course.yml" in said.en
    assert "points" not in said.en
    assert stale(own, "line") is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("chapter.yml", "most: 5", "most: 6"),
        ("chapter.yml", "count: 8", "count: 7"),
        ("notebook.py", "return LINE_SLOPE * x", "return 2 * x"),
        ("mistakes.yml", 'to: "return -LINE_SLOPE * x"', 'to: "return -2 * x"'),
    ],
)
def test_what_variants_are_made_from_makes_recordings_stale(
    own: Path, tmp_path: Path, file: str, old: str, new: str
) -> None:
    root = tmp_path / "own"
    shutil.copytree(own, root)
    before = fingerprint(root, "line")
    path = root / "source" / "line" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert fingerprint(root, "line") != before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("LINE_SLOPE", "slope", "two or more words in capitals"),
        ("range: {least: 2, most: 5, step: 1}", "values: [2.5]", "of the same form as paper"),
        ("values: [[0.0, 1.0], [0.5, 2.0], [-1.0, 3.0]]", "meaningless: 1", "either values: or range:"),
        ("count: 8", "count: 17", "must be 16 at the most"),
        ("range: {least: 2, most: 5, step: 1}", "values: [2, 3]", "there are only 5 variants"),
    ],
)
def test_constants_that_cannot_be_are_named(own: Path, tmp_path: Path, old: str, new: str, said: str) -> None:
    root = tmp_path / "own"
    shutil.copytree(own, root)
    path = root / "source" / "line" / "chapter.yml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(CourseError, match=said):
        load_chapter(path.parent)
