"""How many bits of the inputs that count one attempt can bring out: the outcomes that a student is told of, at the most.

`python benchmarks/told.py`; no submission is graded. Each check passes or not; a public one may name each of the causes of
its task; the accuracy and the AUC have two digits each.
"""

from __future__ import annotations

from math import log2
from pathlib import Path

from autograder.checks.suite import read_kit
from autograder.course import load_course

ROOT = Path(__file__).parents[1]
TWO_DIGITS = 101


def bits(chapter: str) -> tuple[int, float, float]:
    """Return the bits of a chapter's checks, of the causes of its tasks, and of its figures."""
    suite = read_kit(ROOT / "solutions" / chapter / "hidden.json")
    causes = 0.0
    for task in suite.chapter.tasks:
        public = {task.full_id(entry) for entry in task.checks if not entry.hidden}
        causes += log2(1 + sum(bool(public & mistake.seen.keys()) for mistake in suite.mistakes))
    gate = suite.chapter.accuracy
    figures = (1 if gate is None or suite.chapter.data == "mnist" else 2) if gate else 0
    return len(suite.checks), causes, figures * log2(TWO_DIGITS)


def main() -> None:
    """Print a table."""
    print("| chapter | checks | causes | figures | together |\n| --- | ---: | ---: | ---: | ---: |")
    for entry in load_course(ROOT).chapters:
        checks, causes, figures = bits(entry.id)
        print(f"| {entry.id} | {checks} | {causes:.0f} | {figures:.0f} | {checks + causes + figures:.0f} |")


if __name__ == "__main__":
    main()
