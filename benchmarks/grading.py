"""How long grading takes beside nbgrader and otter: `python benchmarks/grading.py [--students N] [--rounds N] [--chapters A,B]`.

A class hands in the chapter's known wrong and right answers, in turn, as notebooks. `nbgrader autograde` runs them with
the public checks in their cells, `otter run` with the same checks as otter's tests, in an environment of its own;
`autograder grade` runs the same notebooks with the same checks, and once more with the hidden ones, too, in the box, as many
at a time as the machine has cores. Rounds are interleaved, figures are medians. Each round is for the whole class; otter, which
starts anew for each notebook, takes a fifth of it, in turn, and nbgrader a half where its start weighs little beside the networks.
--write-docs puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from measuring import ROOT, control_group, cpu_seconds, machine, write_block
from nbgrader.api import Gradebook
from otter_course import make_otter_course, otter_points, otter_python

from autograder.authoring.examples import read_examples
from autograder.course import load_course
from autograder.course.sets import data_set
from autograder.store.results import ResultStore

EMPTY_BOOK = "empty.db"
OTTER_RESULTS = "otter/submitted/*/*/results.json"
SAME, ALL = "autograder", "autograder, hidden checks too"
PROGRAMS = ("nbgrader", "otter", SAME, ALL)
PUBLIC = "public"  # the folder of a course with public checks only
TURNS = 5  # rounds in which otter has graded everybody
LIGHT = ("lenet",)  # chapters where nbgrader's own start weighs


@dataclass(frozen=True)
class Took:
    """Seconds of one run per submission; cpu is None where this machine lends no control group to measure with."""

    wall: float
    cpu: float | None


@dataclass(frozen=True)
class Measured:
    """What every round of a chapter took, by program; for how many students otter and autograder gave nbgrader's points."""

    took: dict[str, list[Took]]
    same_points: str


@dataclass(frozen=True)
class Program:
    """A grader: its commands, run one after the other in a course folder, the pattern of what it leaves per student, whom it
    grades, and its environment."""

    commands: list[list[str]]
    graded: str
    students: set[str]
    environment: dict[str, str]
    folder: Path


def programs(root: Path, chapter: str, number: int) -> dict[str, Program]:
    """Return the graders to compare in a round, by name; otter works in the course, so that it finds images as the others do."""
    python = [sys.executable, "-W", "ignore", "-m"]
    otter = [str(otter_python()), "-W", "ignore", "-m", "otter", "run", "-a", "otter/autograder.zip"]
    books = sorted(path.relative_to(root) for path in (root / "otter" / "submitted").glob(f"*/{chapter}/*.ipynb"))
    turn = books[number % TURNS :: TURNS]
    runs = [[*otter, "-o", str(book.parent), str(book)] for book in turn]
    nbgrader = [*python, "nbgrader", "autograde", chapter, "--force"]
    ours = [*python, "autograder", "grade", "--regrade", "--chapter", chapter]
    graded = f"autograded/*/{chapter}/{chapter}.ipynb"
    some = {book.parents[1].name for book in turn}
    names = [book.parents[1].name for book in books]
    half = names if chapter in LIGHT else names[number % 2 :: 2]
    return {
        "nbgrader": Program([nbgrader], graded, set(half), {}, root),
        "otter": Program(runs, OTTER_RESULTS, some, {"TMPDIR": str(root)}, root),
        SAME: Program([ours], graded, set(names), {}, root / PUBLIC),
        ALL: Program([ours], graded, set(names), {}, root),
    }


@contextmanager
def alone(root: Path, students: set[str]) -> Iterator[None]:
    """Let these students be the class."""
    others = root / "others"
    others.mkdir()
    for folder in list((root / "submitted").iterdir()):
        if folder.name not in students:
            folder.rename(others / folder.name)
    try:
        yield
    finally:
        for folder in list(others.iterdir()):
            folder.rename(root / "submitted" / folder.name)
        others.rmdir()


def notebook(chapter: str, answer: str) -> str:
    """Return the released notebook with an answer in a cell after the imports.

    Cells that train and draw are empty: nbgrader and otter would run them for minutes, and autograder not at all.
    """
    book: dict[str, Any] = json.loads((ROOT / "solutions" / chapter / f"{chapter}.ipynb").read_text("utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    for cell in code[1:]:
        if not cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = ""
    mine = {"cell_type": "code", "id": "answer", "metadata": {}, "outputs": [], "execution_count": None}
    book["cells"].insert(book["cells"].index(code[0]) + 1, {**mine, "source": answer})
    return json.dumps(book)


def make_class(root: Path, chapter: str, students: int) -> None:
    """Copy the course and let everybody hand in."""
    for folder in ("assignments", "solutions", "source/datasets"):
        shutil.copytree(ROOT / folder, root / folder)
    for file in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root / file)
    answers = read_examples(ROOT, chapter)
    step = max(1, len(answers) // students)
    for number, answer in enumerate(islice(cycle(answers[::step]), students), 1):
        folder = root / "submitted" / f"s{number:03}" / chapter
        folder.mkdir(parents=True)
        (folder / f"{chapter}.ipynb").write_text(notebook(chapter, answer.text), "utf-8")
    run(root, [sys.executable, "-W", "ignore", "-m", "nbgrader", "generate_assignment", chapter, "--force"], {}, None)
    make_otter_course(root, chapter)
    for name in load_course(root).sets:
        data_set(root, name)
    ResultStore.in_course(root).close()  # the database is there before anybody is graded, nbgrader's tables and ours
    (root / "gradebook.db").rename(root / EMPTY_BOOK)
    (root / PUBLIC).mkdir()
    for entry in ("assignments", "solutions", "source", "submitted", "course.yml", "nbgrader_config.py", EMPTY_BOOK):
        copy = shutil.copytree if (root / entry).is_dir() else shutil.copy
        copy(root / entry, root / PUBLIC / entry)
    suite = root / PUBLIC / "solutions" / chapter
    shutil.copy(suite / "checks.json", suite / "hidden.json")


def run(root: Path, words: list[str], environment: dict[str, str], group: Path | None) -> None:
    """Run a command in the course, in a control group; exit code 1 says that some answer was wrong."""
    path = os.pathsep.join([str(Path(words[0]).parent), sysconfig.get_path("scripts"), os.environ["PATH"]])

    def enter() -> None:
        if group:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    done = subprocess.run(
        words,
        cwd=root,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=enter,  # this process has one thread
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words}: {done.stderr[-2000:]}")


def took(program: Program) -> Took:
    """Grade everything anew and return what it took per submission."""
    root = program.folder
    shutil.rmtree(root / "autograded", ignore_errors=True)
    for result in root.glob(program.graded):
        result.unlink()
    shutil.copy(root / EMPTY_BOOK, root / "gradebook.db")
    with control_group() as group, alone(root, program.students):
        began = time.monotonic()
        for words in program.commands:
            run(root, words, program.environment, group)
        wall = time.monotonic() - began
        used = cpu_seconds(group) if group else None
    graded = len(list(root.glob(program.graded)))
    if graded != len(program.students):
        raise SystemExit(
            f"{program.commands[0]}: {graded} of {len(program.students)} graded; there is nothing to compare"
        )
    return Took(wall / graded, None if used is None else used / graded)


def public_points(root: Path, name: str, chapter: str) -> dict[str, float]:
    """Return each student's points for the public checks, from what otter or, for the others, nbgrader's gradebook holds."""
    if name == "otter":
        return {path.parents[1].name: otter_points(path) for path in root.glob(OTTER_RESULTS)}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        return {
            each.student.id: sum(grade.auto_score or 0.0 for part in each.notebooks for grade in part.grades)
            for each in book.assignment_submissions(chapter)
        }


def measured(chapter: str, students: int, rounds: int) -> Measured:
    """Return what each round took, by program, and for how many students they agree."""
    found: dict[str, list[Took]] = {name: [] for name in PROGRAMS}
    points: dict[str, dict[str, float]] = {"nbgrader": {}, "otter": {}, SAME: {}}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_class(root, chapter, students)
        for number in range(rounds):
            for name, program in programs(root, chapter, number).items():
                found[name].append(took(program))
                print(f"{chapter} round {number + 1}: {name} {found[name][-1]}", file=sys.stderr, flush=True)
                if name in points:
                    points[name] |= public_points(program.folder, name, chapter)
    both = points["nbgrader"].keys() & points["otter"].keys()
    same = {
        name: sum(points[name][student] == points["nbgrader"][student] for student in both) for name in ("otter", SAME)
    }
    different = [
        f"{student}: {[points[name][student] for name in points]}"
        for student in sorted(both)
        if len({points[name][student] for name in points}) > 1
    ]
    if different:
        print(f"{chapter}, points by {', '.join(points)}: {'; '.join(different)}", file=sys.stderr)
    return Measured(found, f"{same['otter']}, {same[SAME]} of {len(both)}")


def row(found: dict[str, list[Took]]) -> list[str]:
    """Return the figures of a chapter: seconds of wall and CPU time, then those of others as multiples of autograder's."""
    wall = [statistics.median(each.wall for each in found[name]) for name in PROGRAMS]
    used = [[each.cpu for each in found[name] if each.cpu is not None] for name in PROGRAMS]
    cpu = [statistics.median(each) if each else None for each in used]
    times = [*wall, *cpu]
    ratios = [other / same if other and same else None for *others, same, _ in (wall, cpu) for other in others]
    seconds = ["-" if each is None else f"{each:.2f}" for each in times]
    return [*seconds, *("-" if each is None else f"{each:.1f}" for each in ratios)]


def table(rows: dict[str, Measured]) -> list[str]:
    """Return the table in Markdown."""
    kinds = ("wall", "CPU")
    heads = [f"{name}: {kind}" for kind in kinds for name in PROGRAMS]
    heads += [f"{name} / autograder, {kind}" for kind in kinds for name in PROGRAMS[:2]]
    lines = [f"| chapter | {' | '.join(heads)} | same points as nbgrader: otter, autograder |"]
    lines.append("| --- |" + " --: |" * (len(heads) + 1))
    for chapter, each in rows.items():
        lines.append(f"| {chapter} | {' | '.join([*row(each.took), each.same_points])} |")
    return lines


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--students", type=int, default=40)
    options.add_argument("--rounds", type=int, default=TURNS)
    options.add_argument("--chapters", default="lenet,resnet,vgg")
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    rows: dict[str, Measured] = {}
    for name in chosen.chapters.split(","):
        rows[name] = measured(name, chosen.students, chosen.rounds)
        head = f"Seconds per submission, {chosen.students} submissions, medians of {chosen.rounds} interleaved; {machine()}."
        text = "\n".join([head, "", *table(rows)])
        if chosen.write_docs:  # what is measured is not lost when somebody ends this
            write_block("grading", text)
    print(text)


if __name__ == "__main__":
    main()
