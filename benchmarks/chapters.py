"""CPU seconds of one right answer in each chapter, and what a large class costs: `python benchmarks/chapters.py`.

Each chapter's solution is graded by all checks in warm children, then the accuracy gate is run with untrained weights on
two small sets of made-up images; what it takes for the whole set follows by a straight line. CPU time is that of a
control group: grader, box and all. --write-docs puts the table into docs/scale.md and docs/scale.zh.md.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from measuring import ROOT, cpu_seconds, machine, run_inside, write_block
from safetensors.numpy import save

from autograder.checks.accuracy import Accuracy, Images, ImageSets, WeightsFile
from autograder.checks.suite import CheckSuite
from autograder.course import load_course
from autograder.course.sets import found_set
from autograder.grading.classroom import kit_of
from autograder.grading.grade import grade
from autograder.grading.render import text_of
from autograder.sandbox.box import Box, box_for_course
from autograder.submission import RawSubmission, read_submission
from autograder.training.framework import paddle_module
from autograder.training.reference import solution_module

PAGES = {"en": ROOT / "docs" / "scale.md", "zh": ROOT / "docs" / "scale.zh.md"}
WHOLE = {"mnist": 10_000, "palm": 400}  # images that the gate measures on
PARTS = (0.15, 0.35)  # of them, measured here
STUDENTS, NIGHT_HOURS = 100_000, 8
HEADS = {
    "en": (
        "CPU seconds of one right answer, medians of {rounds}; the accuracy check is extrapolated from {small:.0%} and {large:.0%} of its images; {machine}.",
        "| chapter | other checks | accuracy check, whole set | sum |",
        "| all | {checks:.2f} | {gate:.2f} | {both:.2f} |",
        "{students:,} students, each once in every chapter: {hours:,.0f} core-hours, {cores:,} workers of one core for a night of {night} hours; "
        "without the accuracy check {hours_checks:,.0f} core-hours, {cores_checks:,} workers.",
    ),
    "zh": (
        "一份正确答案的 CPU 秒数，{rounds} 次的中位数；准确率检查由 {small:.0%} 和 {large:.0%} 的图像推算；{machine}。",
        "| 章节 | 其他检查 | 准确率检查，整个集合 | 合计 |",
        "| 合计 | {checks:.2f} | {gate:.2f} | {both:.2f} |",
        "{students:,} 名学生，每人每章一份：{hours:,.0f} 核时，{night} 小时的一夜需要 {cores:,} 个工作进程，各占一个核；不测准确率时 {hours_checks:,.0f} 核时，"
        "{cores_checks:,} 个。",
    ),
}


@dataclass(frozen=True)
class Used:
    """CPU seconds of one answer: checks without weights; gate: the accuracy on the whole set, 0 where a chapter has none."""

    checks: float
    gate: float


def made_up(data: str, count: int) -> Images:
    """Return random images in the form and size of a data set, with labels of two classes."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, count)
    if data == "mnist":
        return Images(generator.uniform(-1, 1, (count, 1, 28, 28)).astype(np.float32), labels)
    photographs = generator.integers(0, 256, (count, 224, 224, 3), np.uint8)
    return Images(photographs, labels, found_set(ROOT, data).prepare)


def untrained(chapter: str, check: Accuracy) -> WeightsFile:
    """Return the weights of a new network, halved as `fit` writes them, the same in every run: how many images bfloat16 is
    unsure of depends on them."""
    paddle_module().seed(1)
    network = getattr(solution_module(ROOT / "solutions" / chapter / f"{chapter}.py"), check.name)(*check.arguments)
    arrays = {name: value.numpy() for name, value in network.state_dict().items()}
    return WeightsFile(
        f"{chapter}.safetensors", save({name: value.astype(np.float16) for name, value in arrays.items()})
    )


def measured(chapter: str, box: Box, clock: Callable[[], float], rounds: int) -> Used:
    """Grade a chapter's solution without and with weights."""
    suite = kit_of(ROOT, chapter)
    raw = read_submission(ROOT / "solutions" / chapter / f"{chapter}.py", chapter)
    begin = [clock()]
    for _ in range(rounds):
        result = grade(suite, raw, box)
        begin.append(clock())
        if bad := [one.check for one in result.findings if one.failed]:
            raise SystemExit(f"{chapter}: {bad} did not pass")
    checks = statistics.median(after - before for before, after in pairwise(begin))
    check = next((one for one in suite.checks.values() if isinstance(one, Accuracy)), None)
    gate = gate_seconds(suite, raw, box, clock, untrained(chapter, check)) if check else 0.0
    print(f"{chapter}: checks {checks:.2f}, gate {gate:.1f}", file=sys.stderr, flush=True)
    return Used(checks, gate)


def gate_seconds(
    suite: CheckSuite, raw: RawSubmission, box: Box, clock: Callable[[], float], weights: WeightsFile
) -> float:
    """Return the CPU seconds of the accuracy check alone, for the whole set, by the line through two small ones."""
    data = str(suite.chapter.data)
    task = next(
        task.id for task, entry in suite.chapter.checks() if isinstance(suite.checks[task.full_id(entry)], Accuracy)
    )
    counts, seconds = [round(part * WHOLE[data]) for part in PARTS], []
    for count in counts:
        images = made_up(data, count)
        sets = ImageSets(lambda images=images: images, lambda images=images: images)
        used = []
        for given in (None, weights):
            begin = clock()
            result = grade(suite, raw, box, weights=given, images=sets, tasks=[task])
            used.append(clock() - begin)
        said = next(text_of(one.said).en for one in result.findings if one.kind == "accuracy")
        if "could not be compiled" in said or "accuracy" not in said.lower():
            raise SystemExit(f"{suite.chapter.id}: {said}")
        seconds.append(used[1] - used[0])
    slope = (seconds[1] - seconds[0]) / (counts[1] - counts[0])
    return seconds[1] + slope * (WHOLE[data] - counts[1])


def text(found: dict[str, Used], rounds: int, language: str) -> str:
    """Return the head, the table in Markdown, and the sum for a large class."""
    head, titles, sums, large = HEADS[language]
    checks, gate = sum(one.checks for one in found.values()), sum(one.gate for one in found.values())
    hours, hours_checks = (seconds * STUDENTS / 3600 for seconds in (checks + gate, checks))
    return "\n".join(
        [
            head.format(rounds=rounds, small=PARTS[0], large=PARTS[1], machine=machine()),
            "",
            titles,
            "| --- | --: | --: | --: |",
            *(
                f"| {name} | {one.checks:.2f} | {one.gate:.2f} | {one.checks + one.gate:.2f} |"
                for name, one in found.items()
            ),
            sums.format(checks=checks, gate=gate, both=checks + gate),
            "",
            large.format(
                students=STUDENTS,
                night=NIGHT_HOURS,
                hours=hours,
                cores=math.ceil(hours / NIGHT_HOURS),
                hours_checks=hours_checks,
                cores_checks=math.ceil(hours_checks / NIGHT_HOURS),
            ),
        ]
    )


def main() -> None:
    """Measure, print, and write the pages where that was asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--chapters", help="some of them, with commas between; all by default")
    options.add_argument("--write-docs", action="store_true")
    options.add_argument("--inside", type=Path, help=argparse.SUPPRESS)  # the control group that this process is in
    chosen = options.parse_args()
    course = load_course(ROOT)
    names = chosen.chapters.split(",") if chosen.chapters else [entry.id for entry in course.chapters]
    if chosen.inside:
        box = box_for_course(course)
        found = {name: measured(name, box, lambda: cpu_seconds(chosen.inside), chosen.rounds) for name in names}
        print(json.dumps({name: [one.checks, one.gate] for name, one in found.items()}))
        return
    told = run_inside(sys.argv)
    found = {name: Used(*seconds) for name, seconds in json.loads(told).items()}
    print(text(found, chosen.rounds, "en"))
    if chosen.write_docs:
        for language, page in PAGES.items():
            write_block("chapters", text(found, chosen.rounds, language), page)


if __name__ == "__main__":
    main()
