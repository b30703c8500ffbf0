"""CPU seconds of a class in each chapter, against another checkout of this repository: `python benchmarks/against.py CHECKOUT`.

Both are run in turns in one go, so that a machine on which other work runs slows both. A class hands in the chapter's solution,
each in lines of its own, so that no answer is the same as another; there are no weights, and every student has the paper's
numbers, for which the solution is right. CPU time is that of a control group: the command, its workers, and the box. For each
chapter the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import ROOT, control_group, cpu_seconds, machine

from autograder.course import load_course

MOST = 1.1  # how many times as much a verdict may cost


def hand_in(checkout: Path, place: Path, chapter: str, students: int) -> None:
    """Make a course folder in which a class handed in one chapter."""
    for folder in ("assignments", "solutions"):
        shutil.copytree(checkout / folder / chapter, place / folder / chapter)
        for kit in sorted((place / folder / chapter).glob("*.json")):
            without_variants(kit)
    if (checkout / "source/datasets").is_dir():  # earlier ones had the data sets in the engine
        shutil.copytree(checkout / "source/datasets", place / "source/datasets")
    shutil.copy(checkout / "course.yml", place)
    answer = (checkout / "solutions" / chapter / f"{chapter}.py").read_text("utf-8")
    for number in range(students):
        folder = place / "submitted" / f"s{number:03}" / chapter
        folder.mkdir(parents=True)
        (folder / f"{chapter}.py").write_text("\n" * (number + 1) + answer, "utf-8")


def without_variants(kit: Path) -> None:
    """Take the students' own numbers out of a kit."""
    record = json.loads(kit.read_text("utf-8"))
    if isinstance(record, dict) and record.pop("variants", None):
        record["chapter"].pop("variants", None)
        kit.write_text(json.dumps(record), "utf-8")


def graded(checkout: Path, chapter: str, students: int) -> float:
    """Return the CPU seconds of `grade` for a class, by the code of a checkout."""
    with tempfile.TemporaryDirectory() as folder, control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with: be root")
        hand_in(checkout, Path(folder), chapter, students)
        words = [sys.executable, "-W", "ignore", "-m", "autograder", "grade", "--chapter", chapter, "--jobs", "1"]
        entered = f"echo $$ > {group}/cgroup.procs && exec " + " ".join(words)
        environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            ["sh", "-c", entered], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode == 1 and checkout != ROOT:  # GoogLeNet's solution failed on some processors, for one
            print(f"{checkout} did not pass its own {chapter} on this machine", flush=True)
        elif done.returncode:
            raise SystemExit(f"{checkout}: {chapter}: {done.stderr[-2000:]}")
        return cpu_seconds(group)


def main() -> None:
    """Measure in turns and print a line for each chapter; exit code 1 where one costs more than `MOST` times as much."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("checkout", type=Path, help="of the commit to compare with")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--students", type=int, default=40)
    options.add_argument("--chapters", help="some of them, with commas between; all by default")
    chosen = options.parse_args()
    names = chosen.chapters.split(",") if chosen.chapters else [entry.id for entry in load_course(ROOT).chapters]
    print(f"{chosen.students} answers a class, {chosen.rounds} rounds; CPU seconds an answer")
    worst, sums = 0.0, [0.0, 0.0]
    for name in names:
        used: dict[Path, list[float]] = {chosen.checkout.resolve(): [], ROOT: []}
        for _ in range(chosen.rounds):
            for checkout, seconds in used.items():
                seconds.append(graded(checkout, name, chosen.students) / chosen.students)
        before, now = (statistics.median(seconds) for seconds in used.values())
        worst = max(worst, now / before)
        sums = [sums[0] + before, sums[1] + now]
        print(f"{name:12} before {before:.3f}  now {now:.3f}  {now / before:.2f} times", flush=True)
    print(f"{'together':12} before {sums[0]:.3f}  now {sums[1]:.3f}  {sums[1] / sums[0]:.2f} times")
    print(machine())
    raise SystemExit(worst > MOST)


if __name__ == "__main__":
    main()
