"""What copied code gains where each student has numbers of their own: a class of 60 in which ten hand in another's code.

`python benchmarks/own_numbers.py --write` renews the table in docs/own.md (some minutes). "Before" is the same chapter without variants.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from measuring import ROOT, write_block

from autograder.authoring.notebooks import solution_text
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_chapter, load_course
from autograder.grading.grade import grade
from autograder.grading.numbers import COMMON_NUMBERS, EITHER_NUMBERS, OTHER_NUMBERS
from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.store.result import Result
from autograder.submission import RawSubmission

SIZE, COPIES = 60, 10
TASKS = {"lenet_palm": "network", "alexnet": "augment", "googlenet": "network"}
PAGES = {
    "own.md": (
        "| chapter, task | maximum | own work | a copy, before | copies, now | told and flagged | same numbers by chance |",
        "mean",
    ),
    "own.zh.md": (
        "| 章节，任务 | 满分 | 自己完成 | 抄来的，以前 | 抄来的，现在 | 告知学生并标记 | 碰巧数值相同 |",
        "平均",
    ),
}


def graded(suite: CheckSuite, text: str, box: Box, task: str) -> Result:
    """Return what the checks of one task say of an answer."""
    name = f"{suite.chapter.id}.py"
    return grade(suite, RawSubmission(Path(name), "script", name, text.encode()), box, tasks={task})


def row(chapter_id: str, task: str, box: Box, mean: str) -> str:
    """Grade a class in one task: fifty with their own numbers, ten with those of one of the fifty."""
    course, chapter = load_course(ROOT), load_chapter(ROOT / "source" / chapter_id)
    suite = read_kit(ROOT / "solutions" / chapter_id / "hidden.json")
    assert suite.bank is not None
    answers = [solution_text(ROOT, chapter, "en", one.values) for one in suite.bank.variants]
    students = [f"2026{number:03}" for number in range(1, SIZE + 1)]
    numbers = {student: suite.for_student(student, course.salt).number for student in students}
    honest = {
        number: graded(suite.variant(number), answers[number], box, task).score for number in set(numbers.values())
    }
    before = graded(suite, answers[0], box, task).score
    found = []
    for place in range(COPIES):
        copier, original = students[SIZE - COPIES + place], students[5 * place]
        result = graded(suite.variant(numbers[copier]), answers[numbers[original]], box, task)
        keys = {one.advice.key for one in result.findings if one.advice}
        told = bool(keys & {OTHER_NUMBERS.key, COMMON_NUMBERS.key, EITHER_NUMBERS.key}) and bool(result.flags)
        found.append((result.score, told, numbers[copier] == numbers[original]))
    points = next(one.points for one in chapter.tasks if one.id == task)
    low, high = min(honest.values()), max(honest.values())
    own = f"{low:g}" if low == high else f"{low:g}-{high:g}"
    scores = [score for score, _, _ in found]
    now = f"{min(scores):g}-{max(scores):g}, {mean} {sum(scores) / COPIES:.1f}"
    told, same = (sum(one[place] for one in found) for place in (1, 2))
    return f"| {chapter_id}, {task} | {points:g} | {own} | {before:g} | {now} | {told} | {same} |"


def main() -> None:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write, box = parser.parse_args().write, open_bubblewrap_box()
    try:
        rows = [row(chapter, task, box, "{mean}") for chapter, task in TASKS.items()]
    finally:
        if box.zygote:
            box.zygote.close()
    for page, (heading, mean) in PAGES.items():
        table = "\n".join([heading, "| --- |" + " --: |" * 6, *(one.replace("{mean}", mean) for one in rows)])
        print(table)
        if write:
            write_block("own numbers", table, ROOT / "docs" / page)


if __name__ == "__main__":
    main()
