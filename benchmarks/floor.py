"""How much of grading is the student's own passes: `python benchmarks/floor.py [--rounds N] [CHAPTER ...]`.

Grades each chapter's reference answer in a warm box, without weights, and counts CPU seconds of a control group by what the
box was asked. Passes cannot be saved; the rest of a submission is what is ours. --write-docs puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from measuring import ROOT, control_group, cpu_seconds, machine, write_block

from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.sandbox.box import BoxSession, box_for_course

# `sizes` is a pass of which only the shapes are asked for, where none for such images has run yet.
PASSES = ("forward", "sizes", "gradients", "silenced", "call", "loop", "drain", "augment")
MAKING = ("load", "make", "initial")
IDLE = "loop_that_does_nothing"


def by_operation(group: Path, grader: Grader, chapter: str) -> tuple[float, Counter[str]]:
    """Return the CPU seconds of grading a chapter's solution: in all, and by what the box was asked."""
    spent: Counter[str] = Counter()
    loops: list[dict[str, Any]] = []
    plain = BoxSession.ask

    def ask(session: BoxSession, operation: str, /, **arguments: Any) -> Any:
        before = cpu_seconds(group)
        try:
            return plain(session, operation, **arguments)
        finally:
            spent[operation] += cpu_seconds(group) - before
            if operation == "loop":
                loops.append(arguments)

    BoxSession.ask = ask  # type: ignore[method-assign]
    try:
        began = cpu_seconds(group)
        grader.grade(HandIn(ROOT / "solutions" / chapter / f"{chapter}.py", chapter, None))
        total = cpu_seconds(group) - began
    finally:
        BoxSession.ask = plain  # type: ignore[method-assign]
    ours = around_loops(group, grader, loops)
    spent["loop"] -= ours
    spent["around loops"] += ours
    return total, spent


def around_loops(group: Path, grader: Grader, loops: list[dict[str, Any]]) -> float:
    """Return what is not the student's in questions about loops, CPU seconds: the same ones about a loop that does nothing."""
    with grader.box.session() as session:
        session.ask("load", statements=[["idle.py", 1, f"def {IDLE}(*_): pass"]])
        began = cpu_seconds(group)
        for arguments in loops:
            session.ask("loop", **{**arguments, "target": IDLE})
        return cpu_seconds(group) - began


def medians(found: list[tuple[float, Counter[str]]]) -> list[float]:
    """Return CPU seconds in all, of passes, of making and loading, of other questions, and of what is outside the box."""
    rows = []
    for total, spent in found:
        passes, making = (sum(spent[name] for name in names) for names in (PASSES, MAKING))
        rows.append([total, passes, making, sum(spent.values()) - passes - making, total - sum(spent.values())])
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def main() -> None:
    """Measure, print, and write the page where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("chapters", nargs="*")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--write-docs", action="store_true")
    chosen = options.parse_args()
    course = load_course(ROOT)
    chapters = chosen.chapters or [entry.id for entry in course.chapters]
    lines = [
        "| chapter | CPU seconds, total | passes | making networks, loading code | other questions | outside the box |"
    ]
    lines.append("| --- | --: | --: | --: | --: | --: |")
    with control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with: be root")
        (group / "cgroup.procs").write_text(str(os.getpid()))
        try:
            grader = Grader(ROOT, course, box_for_course(course))
            for chapter in chapters:
                by_operation(group, grader, chapter)  # what is made once in a process is no submission's
                total, *parts = medians([by_operation(group, grader, chapter) for _ in range(chosen.rounds)])
                lines.append(
                    f"| {chapter} | {total:.2f} | " + " | ".join(f"{part / total:.0%}" for part in parts) + " |"
                )
                print(lines[-1], file=sys.stderr)
            if grader.box.zygote:
                grader.box.zygote.close()
        finally:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))
    text = "\n".join([f"Medians of {chosen.rounds}; {machine()}.", "", *lines])
    print(text)
    if chosen.write_docs:
        write_block("floor", text)


if __name__ == "__main__":
    main()
