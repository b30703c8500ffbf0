"""Programs in the ways in which people write answers: right ones pass, wrong ones fail where they should.

The head of each says which chapter it answers, what kind of writing it stands for, and which checks it fails (- for
none); where it is about what a student is told, also a part of that (`says`), what must not be said (`never`), and that
staff are to look at it (`flag`). Only the tasks whose names it defines are looked at. `read_twice.txt` lists those whose
expected verdict a second person judged from the chapter's text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.checks.suite import CheckSuite
from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.render import text_of, words_of
from autograder.sandbox.box import Box, limits_of
from autograder.store.result import Finding
from autograder.submission import pieces_of_script, slice_names

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
READ_TWICE = Path(__file__).with_name("read_twice.txt")
HEAD = re.compile(r"# (chapter|kind|fails|says|never|flag): (.+)")


def head(program: Path) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for line in program.read_text("utf-8").splitlines():
        if not (found := HEAD.fullmatch(line)):
            return said
        said.setdefault(found[1], []).append(found[2])
    return said


def chosen() -> list[Any]:
    """Return all programs; of one kind the first right and the first wrong one run with `make test`, the others are marked
    `long`."""
    seen: set[tuple[str, bool]] = set()
    found = []
    for program in PROGRAMS:
        said = head(program)
        form = (said["kind"][0], said["fails"] == ["-"])
        found.append(pytest.param(program, id=program.stem, marks=[pytest.mark.long] if form in seen else []))
        seen.add(form)
    return found


@pytest.fixture(scope="module")
def grader(shared_box: Box) -> Grader:
    course = load_course(ROOT)
    return Grader(ROOT, course, replace(shared_box, limits=limits_of(course)))


def names_in(program: Path, asked: list[str]) -> set[str]:
    """Return the asked-for names that a program defines, or would, could Python read it."""
    sliced = slice_names(pieces_of_script(program.read_text("utf-8")), asked)
    return {*sliced.found, *(name for problem in sliced.problems for name in problem.names)}


@pytest.mark.parametrize("program", chosen())
def test_a_program_is_judged_rightly(grader: Grader, program: Path) -> None:
    said = head(program)
    chapter, fails = said["chapter"][0], said["fails"][0]
    result = grader.grade(HandIn(program, chapter, None))
    tasks = {task.id: set(task.names) for task in grader.suite(chapter).chapter.tasks}
    defined = names_in(program, sorted({name for names in tasks.values() for name in names}))
    looked_at = [f for f in result.findings if tasks[f.task] and tasks[f.task] <= defined and f.kind != "accuracy"]
    assert looked_at
    failed = {finding.check: text_of(finding.said).en for finding in looked_at if finding.status != "pass"}
    assert set(failed) == (set() if fails == "-" else set(fails.split(", "))), failed
    suite = grader.suite(chapter)
    told = "\n".join(words(finding, suite) for finding in looked_at)
    for part in said.get("says", []):
        assert part in told, told
    for part in said.get("never", []):
        assert part not in told, told
    assert any(said.get("flag", ["-"])[0] in text_of(flag).en for flag in result.flags) == ("flag" in said), (
        result.flags
    )
    for finding in looked_at:
        assert not re.search(r"\(at /|C\+\+|InvalidArgument|\[Hint", words(finding, suite)), finding.said


def test_programs_are_as_they_were_when_they_were_read_the_second_time() -> None:
    listed = [line.split() for line in READ_TWICE.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(listed) >= 400
    now = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in PROGRAMS}
    assert [name for digest, name in listed if now.get(name) != digest] == []


def words(finding: Finding, suite: CheckSuite) -> str:
    """Return what is told with a finding, in both languages."""
    shown = words_of(finding, suite)
    return "\n".join((shown.message.en, shown.hint.en, shown.message.zh, shown.hint.zh))
