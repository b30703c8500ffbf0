"""How much answers that sleep delay the others: `python benchmarks/slow_ones.py [--honest N] [--slow M] [--first S] [--jobs J]
[--rounds R]`.

A class is graded with and without answers that sleep whenever they are asked anything, which come first by name. What counts is
when the last honest verdict is there; then the grader is ended. The bound: slow answers x first slice / jobs.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import ROOT, machine

CHAPTER = "lenet"
RIGHT = r"\] (s\d+) \S+ (80/100|\S+ \(#1: 80\b)"  # all but the written task and accuracy, with or without a penalty
ASLEEP = """
import time
def _sleep(*arguments, **named):
    time.sleep(10**6)  # {0}
LeNet.forward = train_one_epoch = evaluate = _sleep
"""


def make_class(root: Path, honest: int, slow: int, first: int) -> None:
    """Let students hand in the right answer, each a little different, and others one that sleeps; first: see course.yml."""
    for folder in ("assignments", "solutions"):
        shutil.copytree(ROOT / folder / CHAPTER, root / folder / CHAPTER)
    text = (ROOT / "course.yml").read_text("utf-8")
    (root / "course.yml").write_text(re.sub(r"(first_seconds): \d+", rf"\1: {first}", text), "utf-8")
    answer = (ROOT / "solutions" / CHAPTER / f"{CHAPTER}.py").read_text("utf-8")
    for number in range(honest + slow):
        student = f"s{number:04}" if number >= slow else f"a{number:04}"
        own = re.sub(r"^(class .*:\n)", rf"\1    student = {number}\n", answer, count=1, flags=re.MULTILINE)
        folder = root / "submitted" / student / CHAPTER
        folder.mkdir(parents=True)
        (folder / f"{CHAPTER}.py").write_text(own if number >= slow else own + ASLEEP.format(number), "utf-8")


def until_last_honest(root: Path, honest: int, jobs: int) -> float:
    """Return after how many seconds of grading the last honest answer has full marks; then grading is ended."""
    words = [sys.executable, "-W", "ignore", "-m", "autograder", "grade", "--jobs", str(jobs)]
    start, seen, said = time.monotonic(), set[str](), ""
    with subprocess.Popen(
        words, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said += line
            if found := re.search(RIGHT, line):
                seen.add(found[1])
            if len(seen) == honest:
                break
        took = time.monotonic() - start
        process.kill()
    if len(seen) < honest:
        raise SystemExit(f"{honest - len(seen)} honest answers have not got full marks:\n{said[-2000:]}")
    return took


def main() -> None:
    """Measure, and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    for name, value in (("honest", 40), ("slow", 10), ("first", 5), ("jobs", 2), ("rounds", 3)):
        options.add_argument(f"--{name}", type=int, default=value)
    given = options.parse_args()
    took: dict[int, list[float]] = {0: [], given.slow: []}
    for _ in range(given.rounds):
        for slow, found in took.items():
            with tempfile.TemporaryDirectory() as folder:
                make_class(Path(folder), given.honest, slow, given.first)
                found.append(until_last_honest(Path(folder), given.honest, given.jobs))
    without, beside = (statistics.median(found) for found in took.values())
    bound = given.slow * given.first / given.jobs
    print(f"{machine()}; medians of {given.rounds} interleaved.")
    print(
        f"{given.honest} honest answers, {given.jobs} jobs: the last verdict after {without:.1f} s; with {given.slow} that"
    )
    print(
        f"sleep, first slice {given.first} s, after {beside:.1f} s: {beside - without:.1f} s later, bound {bound:.1f} s."
    )
    print(f"all: {took}")


if __name__ == "__main__":
    main()
