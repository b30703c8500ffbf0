"""What is run again for a mutant, and what is not."""

from __future__ import annotations

from pathlib import Path

from autograder.authoring.record import changed_tasks, read_examples
from autograder.course import load_chapter

ROOT = Path(__file__).parents[2]
CHAPTER = load_chapter(ROOT / "source" / "lenet")
SOLUTION = (ROOT / "solutions" / "lenet" / "lenet.py").read_text("utf-8")


def test_only_the_tasks_whose_code_differs_are_run() -> None:
    assert changed_tasks(SOLUTION, SOLUTION, CHAPTER) == frozenset()
    assert changed_tasks("# a comment\n" + SOLUTION, SOLUTION, CHAPTER) == frozenset()
    other = SOLUTION.replace("nn.MaxPool2D(2, 2)", "nn.AvgPool2D(2, 2)", 1)
    assert changed_tasks(other, SOLUTION, CHAPTER) == {"network", "training"}
    assert "evaluate" in changed_tasks(SOLUTION.replace("model.eval()", "pass"), SOLUTION, CHAPTER)


def test_every_mutant_differs_where_it_must_fail() -> None:
    for example in read_examples(ROOT / "source" / "lenet"):
        tasks = {name.partition(".")[0] for name in example.kills}
        assert tasks <= changed_tasks(example.text, SOLUTION, CHAPTER)
