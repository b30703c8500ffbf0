"""How long grading takes beside nbgrader: `python benchmarks/grading.py [--students N] [--rounds N] [--chapters A,B]`.

A class hands in the chapter's known wrong and right answers, in turn, as notebooks. `nbgrader autograde` runs them with
the public checks in their cells; `autograder grade` runs the same notebooks with the public and the hidden ones, in the
box. Rounds are interleaved, figures are medians. --write-docs puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from measuring import ROOT, control_group, cpu_seconds, write_block

EMPTY_BOOK = "empty.db"


@dataclass(frozen=True)
class Took:
    """Seconds of one run per submission; cpu is None where this machine lends no control group to measure with."""

    wall: float
    cpu: float | None


def notebook(chapter: str, answer: str) -> str:
    """Return the filled notebook with one answer in place of all: in a cell at its start, the tasks' own cells empty."""
    book: dict[str, Any] = json.loads((ROOT / "solutions" / chapter / f"{chapter}.ipynb").read_text("utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = ""
    first = next(place for place, cell in enumerate(book["cells"]) if cell["cell_type"] == "code")
    cell = {"cell_type": "code", "id": "answer", "metadata": {}, "outputs": [], "execution_count": None}
    book["cells"].insert(first, {**cell, "source": answer})
    return json.dumps(book)


def make_class(root: Path, chapter: str, students: int) -> None:
    """Copy the course and let everybody hand in."""
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder, root / folder)
    for file in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root / file)
    answers = sorted((ROOT / "source" / chapter / "mutants").glob("*.py"))
    step = max(1, len(answers) // students)
    for number, answer in enumerate(islice(cycle(answers[::step]), students), 1):
        folder = root / "submitted" / f"s{number:03}" / chapter
        folder.mkdir(parents=True)
        (folder / f"{chapter}.ipynb").write_text(notebook(chapter, answer.read_text("utf-8")), "utf-8")
    run(root, ["nbgrader", "generate_assignment", chapter, "--force"], None)
    (root / "gradebook.db").rename(root / EMPTY_BOOK)


def run(root: Path, words: list[str], group: Path | None) -> None:
    """Run a Python module in the course, in a control group; exit code 1 says that some answer was wrong."""
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])

    def enter() -> None:
        if group:
            (group / "cgroup.procs").write_text(str(os.getpid()))

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *words],
        cwd=root,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=enter,  # this process has one thread
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{words}: {done.stderr[-2000:]}")


def took(root: Path, words: list[str], chapter: str, students: int) -> Took:
    """Grade everything anew and return what it took per submission."""
    shutil.rmtree(root / "autograded", ignore_errors=True)
    shutil.copy(root / EMPTY_BOOK, root / "gradebook.db")
    with control_group() as group:
        began = time.monotonic()
        run(root, words, group)
        wall = time.monotonic() - began
        used = cpu_seconds(group) if group else None
    graded = len(list((root / "autograded").glob(f"*/{chapter}/{chapter}.ipynb")))
    if graded != students:
        raise SystemExit(f"{words}: {graded} of {students} graded; there is nothing to compare")
    return Took(wall / students, None if used is None else used / students)


def measured(chapter: str, students: int, rounds: int) -> dict[str, list[Took]]:
    """Return what each round took, by program."""
    ways = {
        "nbgrader": ["nbgrader", "autograde", chapter, "--force"],
        "autograder": ["autograder", "grade", "--jobs", "1", "--regrade", "--chapter", chapter],
    }
    found: dict[str, list[Took]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_class(root, chapter, students)
        for number in range(rounds):
            for name, words in ways.items():
                found[name].append(took(root, words, chapter, students))
                print(f"{chapter} round {number + 1}: {name} {found[name][-1]}", file=sys.stderr, flush=True)
    return found


def table(rows: dict[str, dict[str, list[Took]]]) -> list[str]:
    """Return the table in Markdown."""
    lines = [
        "| chapter | nbgrader, wall | autograder, wall | nbgrader, CPU | autograder, CPU | ratio of wall | ratio of CPU |"
    ]
    lines.append("| --- | --: | --: | --: | --: | --: | --: |")
    for chapter, found in rows.items():
        wall = [statistics.median(each.wall for each in found[name]) for name in ("nbgrader", "autograder")]
        used = [[each.cpu for each in found[name] if each.cpu is not None] for name in ("nbgrader", "autograder")]
        cpu = [statistics.median(each) for each in used if each]
        cells = [f"{wall[0]:.2f}", f"{wall[1]:.2f}", *([f"{each:.2f}" for each in cpu] or ["-", "-"])]
        cells += [f"{wall[0] / wall[1]:.1f}", f"{cpu[0] / cpu[1]:.1f}" if cpu else "-"]
        lines.append(f"| {chapter} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--students", type=int, default=40)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--chapters", default="lenet,resnet,vgg")
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    rows = {name: measured(name, chosen.students, chosen.rounds) for name in chosen.chapters.split(",")}
    load = os.getloadavg()[0]
    head = (
        f"Seconds per submission, {chosen.students} submissions, medians of {chosen.rounds} interleaved; "
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f} at the end."
    )
    text = "\n".join([head, "", *table(rows)])
    print(text)
    if chosen.write_docs:
        write_block("grading", text)


if __name__ == "__main__":
    main()
