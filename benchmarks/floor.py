"""How much of grading is the student's own passes: `python benchmarks/floor.py [CHAPTER ...]`.

Grades each chapter's reference answer once, in a warm box, without weights, and counts CPU seconds of a control group by what the box
was asked. Passes cannot be saved; the rest of a submission is what is ours. Needs the right to make a control group.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from measuring import ROOT, control_group, cpu_seconds

from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn, box_of
from autograder.sandbox.conversation import BoxSession

PASSES = ("forward", "gradients", "silenced", "call", "drain", "augment")
MAKING = ("load", "make", "initial")


def by_operation(group: Path, grader: Grader, chapter: str) -> tuple[float, Counter[str]]:
    """Return the CPU seconds of grading a chapter's solution: in all, and by what the box was asked."""
    spent: Counter[str] = Counter()
    plain = BoxSession.ask

    def ask(session: BoxSession, operation: str, /, **arguments: Any) -> Any:
        before = cpu_seconds(group)
        try:
            return plain(session, operation, **arguments)
        finally:
            spent[operation] += cpu_seconds(group) - before

    BoxSession.ask = ask  # type: ignore[method-assign]
    try:
        began = cpu_seconds(group)
        grader.grade(HandIn(ROOT / "solutions" / chapter / f"{chapter}.py", chapter, None))
        return cpu_seconds(group) - began, spent
    finally:
        BoxSession.ask = plain  # type: ignore[method-assign]


def main() -> None:
    """Measure and print one line for each chapter."""
    course = load_course(ROOT)
    chapters = sys.argv[1:] or [entry.id for entry in course.chapters]
    with control_group() as group:
        if group is None:
            raise SystemExit("this machine lends no control group to measure with")
        (group / "cgroup.procs").write_text(str(os.getpid()))
        try:
            grader = Grader(ROOT, course, box_of(course))
            print(
                "| chapter | CPU seconds in all | passes | making and loading | other questions | outside questions |"
            )
            print("| --- | --: | --: | --: | --: | --: |")
            for chapter in chapters:
                by_operation(group, grader, chapter)  # what is made once in a process is no submission's
                total, spent = by_operation(group, grader, chapter)
                parts = [sum(spent[name] for name in names) for names in (PASSES, MAKING)]
                parts += [sum(spent.values()) - sum(parts), total - sum(spent.values())]
                print(f"| {chapter} | {total:.2f} | " + " | ".join(f"{part / total:.0%}" for part in parts) + " |")
            if grader.box.zygote:
                grader.box.zygote.close()
        finally:
            (group.parent / "cgroup.procs").write_text(str(os.getpid()))


if __name__ == "__main__":
    main()
